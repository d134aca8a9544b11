/** The platform's API on a real HTTP server, behind the edge. Tests only. */
import { NodeHttpServer } from "@effect/platform-node"
import { Health, LiveFeed, OutboxSignal } from "@innkeeper/runtime"
import { Effect, Layer, Option, Redacted, Schema } from "effect"
import { HttpClient, HttpClientRequest, type HttpMethod, HttpRouter } from "effect/http"
import { HttpApiBuilder, HttpApiMiddleware } from "effect/http-api"
import { sessionCookie } from "./access/Authorization.ts"
import { authorizationLayer } from "./access/AuthorizationLive.ts"
import { outagesLayer } from "./access/outagesLayer.ts"
import { AdminSessions } from "./console/AdminSessions.ts"
import { edgeLayer } from "./edge/Edge.ts"
import { methodsOf } from "./edge/methodsOf.ts"
import { Sessions } from "./identity/Sessions.ts"
import { password, platformLayer, publicUrl } from "./Platform.fixture.ts"
import { PlatformApi } from "./PlatformApi.ts"
import { platformRoutes } from "./PlatformRoutes.ts"
import { adminAuthorizationLayer } from "./tenant/AdminAuthorizationLive.ts"

export const adminToken = "the admin token of this installation"

/** The platform's API; without `adminToken` it has none. */
export const apiLayer = (options: { readonly adminToken?: string } = {}) =>
  HttpApiBuilder.layer(PlatformApi).pipe(
    Layer.provide(platformRoutes({ publicUrl, version: "1.2.3" })),
    Layer.provide([
      authorizationLayer({ publicUrl }),
      adminAuthorizationLayer({ publicUrl }),
      HttpApiMiddleware.layerProblemDetails({ includeDetails: true }),
      outagesLayer
    ]),
    Layer.provide(AdminSessions.layer({
      token: options.adminToken === undefined ? undefined : Redacted.make(options.adminToken)
    })),
    Layer.provide(LiveFeed.layer),
    Layer.provide([OutboxSignal.layer, Health.layer])
  )

/** The API behind the edge, the services behind the API, and a client that calls them. */
export const httpLayer = HttpRouter.serve(
  Layer.mergeAll(
    apiLayer({ adminToken }),
    edgeLayer({ publicUrl, trustedProxies: [], methodsAt: methodsOf(PlatformApi) })
  ),
  { disableLogger: true, disableListenLog: true }
).pipe(
  Layer.provideMerge(NodeHttpServer.layerTest),
  Layer.provideMerge(platformLayer)
)

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json)))

/** Sends a request. `problem` is the last word of the problem's type, where the answer is a problem document. */
export const call = Effect.fn("call")(
  function*(
    method: HttpMethod.HttpMethod,
    path: string,
    options: { readonly headers?: Record<string, string>; readonly json?: Schema.Json; readonly text?: string } = {}
  ) {
    const client = yield* HttpClient.HttpClient
    const request = HttpClientRequest.make(method)(path).pipe(
      options.json === undefined ? (same) => same : HttpClientRequest.bodyJsonUnsafe(options.json),
      options.text === undefined ? (same) => same : HttpClientRequest.bodyText(options.text, "application/json"),
      HttpClientRequest.setHeaders(options.headers ?? {})
    )
    const response = yield* client.execute(request)
    const text = yield* response.text
    const json = Option.getOrElse(decodeJson(text), (): Record<string, Schema.Json> => ({}))
    const problem = response.headers["content-type"]?.startsWith("application/problem+json") === true
      ? `${json.type}`.replace("urn:innkeeper:problem:", "")
      : undefined
    return { status: response.status, headers: response.headers, cookies: response.cookies, text, json, problem }
  }
)

/** Headers of a person who is signed in. */
export const signedIn = Effect.fn("signedIn")(function*(person: { readonly email: string }) {
  const token = yield* (yield* Sessions).signIn({ email: person.email, password })
  return { cookie: `${sessionCookie}=${token}` }
})
