import { Effect, Layer, type Redacted } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { metricsRoute } from "../observability/metricsRoute.ts"
import { Health, HealthReport } from "./Health.ts"
import { makeMayLook } from "./makeMayLook.ts"

const headers = { "cache-control": "no-store" }

const encode = HttpServerResponse.schemaJson(HealthReport)

/**
 * `/health/live`: 200 while the process can help itself; otherwise it should be restarted, and 503 tells why.
 * `/health/ready`: 200 when requests should come here, else 503 with the names of what is down.
 * `/health`: every dependency with its status and how long it took; 503 when one that is required is down.
 * `/metrics`: what Prometheus scrapes, in its text format 0.0.4.
 *
 * None tells secrets or tenants. Where there is a token, `/metrics` and the dependencies of `/health` are for those who bring it
 * (`Authorization: Bearer`); the first two are for everybody.
 */
export const healthRoutes = ({ token }: { readonly token?: Redacted.Redacted<string> | undefined } = {}) => {
  const mayLook = makeMayLook(token)
  return Layer.mergeAll(
    HttpRouter.use(Effect.fnUntraced(function*(router) {
      const { reasonsToRestart, report } = yield* Health
      yield* router.add(
        "GET",
        "/health/live",
        Effect.map(reasonsToRestart, (reasons) =>
          reasons.length === 0
            ? HttpServerResponse.jsonUnsafe({ status: "ok" }, { headers })
            : HttpServerResponse.jsonUnsafe({ status: "stuck", reasons }, { headers, status: 503 }))
      )
      yield* router.add(
        "GET",
        "/health/ready",
        Effect.map(report, ({ dependencies, ready, stopping }) =>
          HttpServerResponse.jsonUnsafe({
            ready,
            stopping,
            down: dependencies.filter(({ status }) => status === "down").map(({ name }) => name)
          }, { headers, status: ready ? 200 : 503 }))
      )
      yield* router.add(
        "GET",
        "/health",
        Effect.gen(function*() {
          const whole = yield* report
          const shown = mayLook(yield* HttpServerRequest.HttpServerRequest)
            ? whole
            : new HealthReport({ ...whole, dependencies: [] })
          return yield* Effect.orDie(encode(shown, { headers, status: whole.status === "down" ? 503 : 200 }))
        })
      )
    })),
    metricsRoute(mayLook)
  )
}
