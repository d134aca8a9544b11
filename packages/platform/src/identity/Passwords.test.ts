import { assert, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { Passwords } from "./Passwords.ts"

layer(Passwords.layer)("Passwords", (it) => {
  it.effect("knows a password by its hash, and no other", () =>
    Effect.gen(function*() {
      const passwords = yield* Passwords
      const stored = yield* passwords.hash(Redacted.make("Grüße, 世界"))
      assert.isTrue(yield* passwords.verify(stored, Redacted.make("Grüße, 世界")))
      assert.isFalse(yield* passwords.verify(stored, Redacted.make("Grüße, 世")))
      assert.isFalse(yield* passwords.verify(stored, Redacted.make("")))
    }))

  it.effect("hashes with Argon2id, 19 MiB and two passes, with a salt of its own", () =>
    Effect.gen(function*() {
      const passwords = yield* Passwords
      const password = Redacted.make("correct horse battery staple")
      const [first, second] = yield* Effect.replicateEffect(passwords.hash(password), 2)
      assert.match(first!, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
      assert.notStrictEqual(first, second)
    }))

  it.effect("knows no password of an account without one, not even the one that it compares with", () =>
    Effect.gen(function*() {
      const passwords = yield* Passwords
      for (const guess of ["", "null", "nobody has this password"]) {
        assert.isFalse(yield* passwords.verify(null, Redacted.make(guess)))
      }
    }))
})
