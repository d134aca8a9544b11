import { Effect, Layer, Option, PlatformError, Predicate } from "effect"
import {
  HttpMiddleware,
  HttpRouter,
  HttpServerError,
  HttpServerRequest,
  HttpServerResponse,
  HttpStaticServer
} from "effect/http"
import { join } from "node:path"
import { programFolder } from "./Program.ts"

/** What is no page: a wrong address there is told so, and not shown the web UI. */
const notPages = /^\/(api|in|v2|rpc|health|metrics)(\/|$)/

/** Built files carry a hash in their name; the page that names them does not. */
const caching = (path: string) => path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache"

const root = join(programFolder, "apps/web/dist")

/** Scripts and styles, of which the build leaves a compressed copy; by their content types. */
const contentTypes: Readonly<Record<string, string>> = { js: "text/javascript", css: "text/css" }
const compressible = /^\/assets\/[\w.-]+\.(js|css)$/

/** Whether a browser takes Brotli: named, and not with the weight 0 (RFC 9110, 12.4.2). */
const takesBrotli = (accepted = "") =>
  accepted.split(",").some((coding) => /^\s*br\s*(;\s*q=(1(\.0*)?|0\.\d*[1-9]\d*)\s*)?$/i.test(coding))

/**
 * The copy that the build has compressed, at a level that would take too long at each request: the scripts of the first
 * view are 192 kB instead of 221. None when there is no such file.
 */
const precompressed = Effect.fnUntraced(function*(path: string, request: HttpServerRequest.HttpServerRequest) {
  const contentType = contentTypes[compressible.exec(path)?.[1] ?? ""]
  if (contentType === undefined || !takesBrotli(request.headers["accept-encoding"])) return Option.none()
  const headers = { "content-encoding": "br", "vary": "accept-encoding" }
  return yield* Effect.option(HttpServerResponse.file(`${join(root, path)}.br`, { contentType, headers }))
})

const nothingAt = (request: HttpServerRequest.HttpServerRequest) =>
  new HttpServerError.HttpServerError({ reason: new HttpServerError.RouteNotFound({ request }) })

/** Whether no file can have the path: it goes on behind a file, or a part of it is longer than any name. */
const isImpossible = ({ reason }: HttpServerError.HttpServerError) =>
  reason._tag === "InternalError" && reason.cause instanceof PlatformError.PlatformError &&
  Predicate.hasProperty(reason.cause.reason.cause, "code") &&
  (reason.cause.reason.cause.code === "ENOTDIR" || reason.cause.reason.cause.code === "ENAMETOOLONG")

/** The built web UI. Every address that is no file is a page of the app. */
export const WebUi = Layer.effectDiscard(Effect.gen(function*() {
  const router = yield* HttpRouter.HttpRouter
  const files = yield* HttpStaticServer.make({ root, spa: true })
  yield* router.add(
    "GET",
    "/*",
    Effect.gen(function*() {
      const request = yield* HttpServerRequest.HttpServerRequest
      const path = request.url.split("?", 1)[0] ?? "/"
      if (notPages.test(path)) return yield* nothingAt(request)
      const dense = yield* precompressed(path, request)
      const response = Option.isSome(dense)
        ? dense.value
        : yield* Effect.catchIf(files, isImpossible, () => nothingAt(request))
      return response.status === 200 ? HttpServerResponse.setHeader(response, "cache-control", caching(path)) : response
    }).pipe(HttpMiddleware.compression())
  )
}))
