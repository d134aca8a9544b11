import { Context, Effect, Layer, ManagedRuntime } from "effect"
import { FetchHttpClient } from "effect/http"
import { HttpApiClient } from "effect/http-api"
import { learningClock } from "../api/clock.ts"
import { AdminApi } from "./AdminApi.ts"

/** The typed client of the console's API, on the page's own origin, with the console's cookie. */
class AdminClient extends Context.Service<AdminClient, HttpApiClient.ForApi<typeof AdminApi>>()("web/AdminClient") {
  static readonly layer = Layer.effect(
    AdminClient,
    HttpApiClient.make(AdminApi, { baseUrl: location.origin, transformClient: learningClock })
  ).pipe(Layer.provide(FetchHttpClient.layer))
}

const runtime = ManagedRuntime.make(AdminClient.layer)

/** A call of the console's API, such as `(api) => api.cluster.get()`. */
export type AdminCall<A, E> = (api: AdminClient["Service"]) => Effect.Effect<A, E>

/** Carries out a call; the promise is rejected with the call's own error. An aborted `signal` ends the request. */
export const runAdmin = <A, E>(call: AdminCall<A, E>, signal?: AbortSignal): Promise<A> =>
  runtime.runPromise(AdminClient.use(call), signal === undefined ? undefined : { signal })
