import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { HttpApiScalar } from "effect/http-api"
import { Api } from "./Api.ts"

/** The reference page carries its script in itself. It shows our own document only. */
const contentSecurityPolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; " +
  "frame-ancestors 'none'"

const ownPolicy =
  HttpRouter.middleware((page) =>
    Effect.map(page, HttpServerResponse.setHeader("content-security-policy", contentSecurityPolicy))
  ).layer

/** The API, to read and to try, at `/docs`. */
export const ApiReference = HttpApiScalar.layer(Api, {
  path: "/docs",
  scalar: { favicon: "/favicon.svg", theme: "none", layout: "modern", withDefaultFonts: false }
}).pipe(Layer.provide(ownPolicy))
