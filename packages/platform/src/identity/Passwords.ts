import { type Algorithm, hash, verify } from "@node-rs/argon2"
import { Context, Effect, Layer, Redacted } from "effect"

/** Argon2id with 19 MiB, two passes, one lane: OWASP's Password Storage Cheat Sheet. */
const parameters = { algorithm: 2 as Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes and checks passwords, off the main thread. */
export class Passwords extends Context.Service<Passwords, {
  readonly hash: (password: Redacted.Redacted<string>) => Effect.Effect<string>
  /** Takes as long for an account without a password (null) as for one with a wrong one. */
  readonly verify: (stored: string | null, password: Redacted.Redacted<string>) => Effect.Effect<boolean>
}>()("platform/Passwords") {
  static readonly layer = Layer.effect(
    Passwords,
    Effect.gen(function*() {
      const hashOf = (password: string) => Effect.promise(() => hash(password, parameters))
      const nobody = yield* hashOf("nobody has this password")
      return Passwords.of({
        hash: (password) => hashOf(Redacted.value(password)),
        verify: (stored, password) =>
          Effect.promise(() => verify(stored ?? nobody, Redacted.value(password))).pipe(
            Effect.map((matches) => matches && stored !== null)
          )
      })
    })
  )
}
