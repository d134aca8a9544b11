import { ByteSize, Clock, Effect, Option, type Types } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpIncomingMessage, HttpMiddleware, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { IpNetwork } from "effect/net"
import { errorResponse, withProblem } from "./ErrorResponse.ts"
import { RequestInfo } from "./RequestInfo.ts"
import { requestPath } from "./RequestPath.ts"
import { observed } from "./RequestTelemetry.ts"
import { securityHeaders } from "./SecurityHeaders.ts"

/** The largest body of any request, in bytes. */
const maximumBody = ByteSize.bytes(512 * 1024)

/** Request ids that callers may choose: what is safe in a log line and in a header. */
const chosenId = /^[\w.-]{8,128}$/

/** Paths of which a line or a span per request says nothing. */
const quiet = /^\/(health|metrics|assets)\b/

/** What nobody may keep a copy of; a path that cannot be read is taken for one of these. */
const isPrivate = Option.match({ onNone: () => true, onSome: (path: string) => path.startsWith("/api/") })

/**
 * What every request goes through, whichever route it takes: the caller's address behind trusted proxies, a request id in
 * every log line and in the answer, its trace and how long it took, the limit of bodies, security headers, problem documents for what no route answers, and
 * a line in the log.
 */
export const edgeLayer = (options: {
  readonly publicUrl: string
  readonly trustedProxies: ReadonlyArray<string>
  readonly contentSecurityPolicy?: string | undefined
  /** Methods that the API has at a path, such as `methodsOf` tells them. */
  readonly methodsAt?: (url: string) => ReadonlyArray<string>
}) => {
  const { methodsAt = () => [] } = options
  const headers = securityHeaders(options)
  const trustedProxies = options.trustedProxies.map(IpNetwork.fromStringUnsafe)

  return HttpRouter.middleware(
    (handler): Effect.Effect<
      HttpServerResponse.HttpServerResponse,
      Types.unhandled,
      HttpServerRequest.HttpServerRequest
    > =>
      Effect.gen(function*() {
        const request = yield* HttpServerRequest.HttpServerRequest
        const given = request.headers["x-request-id"]
        const requestId = given !== undefined && chosenId.test(given) ? given : SecureRandom.uuidV7Unsafe()
        const ip = Option.getOrNull(request.remoteAddress)
        const { routed, shown: path } = requestPath(request.url)
        const isQuiet = Option.exists(routed, (path) => quiet.test(path))
        const started = yield* Clock.currentTimeMillis

        return yield* handler.pipe(
          Effect.provideService(RequestInfo, { requestId, ip }),
          Effect.provideService(HttpIncomingMessage.MaxBodySize, maximumBody),
          Effect.catchCause((cause) => errorResponse(cause, request, requestId, methodsAt)),
          Effect.map(withProblem),
          Effect.map((response) =>
            HttpServerResponse.setHeaders(response, {
              ...headers,
              ...(isPrivate(routed) ? { "cache-control": "no-store" } : {}),
              ...response.headers,
              "x-request-id": requestId
            })
          ),
          Effect.tap((response) =>
            isQuiet ? Effect.void : Effect.gen(function*() {
              const milliseconds = (yield* Clock.currentTimeMillis) - started
              yield* Effect.logDebug(`${request.method} ${path} ${response.status}`).pipe(
                Effect.annotateLogs({ ip, milliseconds })
              )
            })
          ),
          observed({ path, requestId, quiet: isQuiet }),
          Effect.annotateLogs({ request: requestId })
        )
      }).pipe(
        trustedProxies.length === 0 ? (effect) => effect : HttpMiddleware.xForwardedHeaders({ trustedProxies })
      ),
    { global: true }
  )
}
