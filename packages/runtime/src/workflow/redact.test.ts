import { assert, describe, it } from "@effect/vitest"
import { Redacted, Schema } from "effect"
import { redactByName, redactBySchema, redacted } from "./redact.ts"

const hidden = "hunter2 hunter2"

class Account extends Schema.Class<Account>("test/Account")({
  user: Schema.String,
  pin: Schema.RedactedFromValue(Schema.String)
}) {}

const Payload = Schema.Struct({
  account: Account,
  others: Schema.Array(Schema.Union([Account, Schema.Struct({ answer: Schema.Redacted(Schema.String) })])),
  byRegion: Schema.Record(Schema.String, Schema.Struct({ key: Schema.Redacted(Schema.String) })),
  note: Schema.NullOr(Schema.RedactedFromValue(Schema.String))
})

const encode = Schema.encodeUnknownSync(Schema.toCodecJson(Payload))

const leavesOf = (value: Schema.Json): ReadonlyArray<Schema.Json> =>
  typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [value]

describe("redaction", () => {
  it("finds what a schema redacts, in classes, unions, arrays and records", () => {
    const secret = Redacted.make(hidden)
    const account = new Account({ user: "ada", pin: secret })
    const stored = encode({
      account,
      others: [account, { answer: secret }],
      byRegion: { eu: { key: secret } },
      note: secret
    }) as Schema.Json
    assert.isAbove(JSON.stringify(stored).split(hidden).length, 5)
    const shown = redactBySchema(Payload.ast, stored)
    assert.notInclude(JSON.stringify(shown), hidden)
    assert.deepStrictEqual(leavesOf(shown).filter((leaf) => leaf !== redacted), ["ada", "ada"])
  })

  it("finds names that tell, at any depth, and no others", () => {
    assert.deepStrictEqual(
      redactByName({ accessToken: 1, nested: [{ API_KEY: "a", "api-key": { b: 1 }, user: "ada" }], tokens: null }),
      { accessToken: redacted, nested: [{ API_KEY: redacted, "api-key": redacted, user: "ada" }], tokens: redacted }
    )
  })

  it.prop("never lets the value of such a name through", [Schema.Json], ([value]) => {
    const shown = redactByName({ deep: [{ password: value, also: { clientSecret: value } }] })
    assert.deepStrictEqual(shown, { deep: [{ password: redacted, also: { clientSecret: redacted } }] })
  })
})
