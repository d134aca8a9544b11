import { Effect, Layer } from "effect"
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

/** One above the default: the scripts of the first view are then below 200 kB (198 instead of 209). */
const brotliLevel = 5

/** The built web UI. Every address that is no file is a page of the app. */
export const WebUi = Layer.effectDiscard(Effect.gen(function*() {
  const router = yield* HttpRouter.HttpRouter
  const files = yield* HttpStaticServer.make({ root: join(programFolder, "apps/web/dist"), spa: true })
  yield* router.add(
    "GET",
    "/*",
    Effect.gen(function*() {
      const request = yield* HttpServerRequest.HttpServerRequest
      const path = request.url.split("?", 1)[0] ?? "/"
      if (notPages.test(path)) {
        return yield* new HttpServerError.HttpServerError({ reason: new HttpServerError.RouteNotFound({ request }) })
      }
      const response = yield* files
      return response.status === 200 ? HttpServerResponse.setHeader(response, "cache-control", caching(path)) : response
    }).pipe(HttpMiddleware.compression({ levels: { br: brotliLevel } }))
  )
}))
