/** Sessions of the demonstration's people, who may sign in ten times a minute at most. Tests only. */
import { Cache, Context, Effect, Layer } from "effect"
import { type Credentials, Server } from "../e2e/server.fixture.ts"

/** Signs each person in once, and gives the same session to all tests. */
export class Sessions extends Context.Service<Sessions, {
  readonly of: (email: string) => Effect.Effect<Credentials & { readonly cookie: string }>
}>()("browser/Sessions") {
  static readonly layer = Layer.effect(
    Sessions,
    Effect.gen(function*() {
      const server = yield* Server
      const sessions = yield* Cache.make({
        capacity: 100,
        lookup: (email: string) => server.signIn(email, server.password)
      })
      return Sessions.of({ of: (email) => Cache.get(sessions, email) })
    })
  )
}
