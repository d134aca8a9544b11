import { Context, Effect, Layer, ManagedRuntime } from "effect"
import { FetchHttpClient } from "effect/http"
import { HttpApiClient } from "effect/http-api"
import { Api } from "./Api.ts"
import { learningClock } from "./clock.ts"

/** The typed client of the API, on the page's own origin, with the session's cookie. */
export class ApiClient extends Context.Service<ApiClient, HttpApiClient.ForApi<typeof Api>>()("web/ApiClient") {
  static readonly layer = Layer.effect(
    ApiClient,
    HttpApiClient.make(Api, { baseUrl: location.origin, transformClient: learningClock })
  ).pipe(Layer.provide(FetchHttpClient.layer))
}

const runtime = ManagedRuntime.make(ApiClient.layer)

/** A call of the API, such as `(api) => api.teams.list()`. */
export type Call<A, E> = (api: ApiClient["Service"]) => Effect.Effect<A, E>

/** Carries out a call; the promise is rejected with the call's own error. An aborted `signal` ends the request. */
export const run = <A, E>(call: Call<A, E>, signal?: AbortSignal): Promise<A> =>
  runtime.runPromise(ApiClient.use(call), signal === undefined ? undefined : { signal })

/**
 * Gives up on a call that has no answer after so many seconds, with a `TimeoutError`: who waits has to know that it may not have
 * happened. For calls that may be repeated.
 */
export const inTime = <A, E>(call: Call<A, E>, seconds = 10) => (api: ApiClient["Service"]) =>
  Effect.timeout(call(api), seconds * 1000)

/** Reads something, for at most 30 s: long for a slow network, and no pod hangs for longer without a word on the page. */
export const read = <A, E>(call: Call<A, E>, signal: AbortSignal) => run(inTime(call, 30), signal)
