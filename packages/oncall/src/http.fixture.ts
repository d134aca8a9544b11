/** On-call over HTTP on a free port. Tests only. */
import { NodeHttpServer } from "@effect/platform-node"
import { adminAuthorizationLayer, AdminSessions, authorizationLayer, outagesLayer } from "@innkeeper/platform"
import { Effect, Layer, Redacted } from "effect"
import { HttpClient, HttpClientRequest, HttpRouter } from "effect/http"
import { HttpApiBuilder, HttpApiMiddleware } from "effect/http-api"
import { longestPathParameter } from "./integration/OpsgenieApi.ts"
import { OncallApi } from "./OncallApi.ts"
import { OncallRoutes } from "./OncallRoutes.ts"
import { publicUrl } from "./testing.fixture.ts"

const api = HttpApiBuilder.layer(OncallApi).pipe(
  Layer.provide(OncallRoutes),
  Layer.provide([
    authorizationLayer({ publicUrl }),
    adminAuthorizationLayer({ publicUrl }),
    HttpApiMiddleware.layerProblemDetails(),
    outagesLayer
  ]),
  Layer.provide(AdminSessions.layer({ token: Redacted.make("a token for the admin of the platform") }))
)

/** Gives an `HttpClient` whose requests go to on-call's API. */
export const httpLayer = HttpRouter.serve(api, {
  disableLogger: true,
  disableListenLog: true,
  routerConfig: { maxParamLength: longestPathParameter }
}).pipe(
  Layer.provideMerge(NodeHttpServer.layerTest)
)

/** Posts JSON and returns the status with the JSON of the answer. */
export const post = Effect.fn("post")(function*(path: string, body: unknown) {
  const client = yield* HttpClient.HttpClient
  const response = yield* client.execute(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), body))
  return { status: response.status, body: yield* response.json }
})
