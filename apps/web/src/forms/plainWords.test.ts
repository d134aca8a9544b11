import { assert, describe, it } from "@effect/vitest"
import { EscalationPolicyInput } from "@innkeeper/oncall/api"
import { NewUser } from "@innkeeper/platform/api"
import { Effect, Schema } from "effect"
import { fieldErrors } from "../api/problem.ts"
import { plainWords } from "./plainWords.ts"

/** What the form says about each field of `input`. */
const wordsFor = (schema: Schema.ConstraintDecoder<unknown, never>, input: unknown) =>
  Schema.decodeUnknownEffect(schema)(input, { errors: "all" }).pipe(
    Effect.match({
      onFailure: (error) =>
        Object.fromEntries(Object.entries(fieldErrors(error)).map(([path, message]) => [path, plainWords(message)])),
      onSuccess: () => ({})
    })
  )

describe("plainWords", () => {
  it.each([
    ["an IANA time zone such as Europe/Berlin", "This must be an IANA time zone such as Europe/Berlin."],
    ["expected an https:// URL", "This must be an https:// URL."],
    ["Another one has it already", "Another one has it already."],
    ["no person has this id.", "No person has this id."]
  ])("%s: %s", (message, words) => assert.strictEqual(plainWords(message), words))

  it.effect("says what to do about a person's form", () =>
    Effect.map(wordsFor(NewUser, { name: "", email: "ada", role: "admin" }), (words) =>
      assert.deepStrictEqual(words, {
        name: "This is needed.",
        email: "This must be an email address such as ada@example.com."
      })))

  it.effect("says what to do about a policy's form", () =>
    Effect.map(
      wordsFor(EscalationPolicyInput, {
        name: "Night",
        steps: [{ targets: [{ kind: "user", id: "" }], timeoutSeconds: 0 }],
        repeat: 0,
        lastResort: [],
        acknowledgementTimeoutSeconds: null
      }),
      (words) =>
        assert.deepStrictEqual(words, {
          "steps.0.targets.0.id": "Choose one.",
          "steps.0.timeoutSeconds": "This must be a value between 1 and 86400."
        })
    ))
})
