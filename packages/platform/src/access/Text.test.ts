import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { NewContactMethod } from "../identity/UserApi.ts"
import { EmailAddress, Name, Text } from "./Text.ts"

describe("texts", () => {
  const kinds = [
    ["Text", Schema.is(Text(100)), (inside: string) => `a ${inside} b`],
    ["Name", Schema.is(Name), (inside: string) => `a ${inside} b`],
    ["EmailAddress", Schema.is(EmailAddress), (inside: string) => `a${inside}b@example.com`],
    [
      "the address of a contact method",
      (address: string) => Schema.is(NewContactMethod)({ kind: "webhook", address }),
      (inside: string) => `https://example.com/${inside}`
    ]
  ] as const

  it.each(kinds)("%s takes any script and whole emoji", (_name, accepts, around) => {
    for (const inside of ["ü", "世界", "👩‍🚒", "שלום"]) assert.isTrue(accepts(around(inside)), inside)
  })

  it.each(kinds)("%s refuses what PostgreSQL cannot hold", (_name, accepts, around) => {
    for (const inside of ["\u0000", "\ud83d", "\ude92"]) assert.isFalse(accepts(around(inside)), JSON.stringify(inside))
  })

  it("Name is 1 to 120 characters on one line, without blank ends", () => {
    const accepts = Schema.is(Name)
    for (const name of ["a", "x".repeat(120)]) assert.isTrue(accepts(name))
    for (const name of ["", " ", " a", "a ", "a\nb", "a\u0085b", "x".repeat(121)]) {
      assert.isFalse(accepts(name), JSON.stringify(name))
    }
  })

  it("EmailAddress is one address and nothing that a mail header could be made of", () => {
    const accepts = Schema.is(EmailAddress)
    for (const address of ["ada@example.com", "ada+pager@mail.example.co.uk", "用户@例子.公司"]) {
      assert.isTrue(accepts(address), address)
    }
    for (
      const address of [
        "ada",
        "ada@example",
        "a@b@example.com",
        "Ada <ada@example.com>",
        "ada@example.com, eve@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        `${"a".repeat(250)}@example.com`
      ]
    ) assert.isFalse(accepts(address), address)
  })
})
