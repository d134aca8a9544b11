import { assert, describe, it } from "@effect/vitest"
import {
  Conflict,
  EmailAddress,
  Forbidden,
  Name,
  TenantNotServed,
  TooManyRequests,
  Unprocessable
} from "@innkeeper/platform/api"
import { Cause, Effect, Schema } from "effect"
import { fieldErrors, isPassing, problemStatus, problemText } from "./problem.ts"

const decodeForm = Schema.decodeUnknownEffect(
  Schema.Struct({ name: Name, steps: Schema.Array(Schema.Struct({ email: EmailAddress })) }),
  { errors: "all" }
)

describe("what people are told about an error", () => {
  it("is the problem's own detail, or its title", () => {
    assert.strictEqual(problemText(new Forbidden({ detail: "Only admins may" })), "Only admins may")
    assert.strictEqual(problemText(new Forbidden()), "You may not do this.")
  })

  it("says when to come back", () =>
    assert.strictEqual(problemText(new TooManyRequests({ retryAfter: 7 })), "Too many requests. Try again in 7 s."))

  it("does not claim that nothing happened where no answer came", () =>
    assert.match(problemText(new Cause.TimeoutError()), /may have happened/))

  it("says something about what is no problem of the API", () => {
    assert.match(problemText(new TypeError("x is undefined")), /Try again/)
    assert.isNull(problemStatus(new TypeError("x is undefined")))
  })
})

describe("what may work in a while", () => {
  it("is what no answer came to, what came too often, and what the organisation is not served for", () => {
    for (
      const error of [
        new TypeError(),
        new Cause.TimeoutError(),
        new TooManyRequests({ retryAfter: 7 }),
        new TenantNotServed({ state: "moving" })
      ]
    ) {
      assert.isTrue(isPassing(error))
    }
  })

  it("is not what the viewer may not do", () => assert.isFalse(isPassing(new Forbidden())))
})

describe("which fields are wrong", () => {
  it.effect("is told by the path in the payload when a form does not decode", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(decodeForm({ name: "", steps: [{ email: "a@b.de" }, { email: "ada" }] }))
      const errors = fieldErrors(error)
      assert.sameMembers(Object.keys(errors), ["name", "steps.1.email"])
      assert.include(errors["steps.1.email"], "an email address")
    }))

  it("is told by a conflict", () =>
    assert.deepStrictEqual(fieldErrors(new Conflict({ field: "name", detail: "Another one has it already" })), {
      name: "Another one has it already"
    }))

  it("is told by the server, with or without the request's part", () =>
    assert.deepStrictEqual(
      fieldErrors(
        new Unprocessable({
          errors: [{ path: ["payload", "steps", 0, "targets"], message: "a" }, { path: ["teamId"], message: "b" }]
        })
      ),
      { "steps.0.targets": "a", "teamId": "b" }
    ))

  it("is nothing when nothing is said about fields", () => assert.deepStrictEqual(fieldErrors(new Forbidden()), {}))
})
