import { CurrentTenant } from "@innkeeper/database"
import { Actor, CurrentPrincipal, Unprocessable } from "@innkeeper/platform/api"
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpApiBuilder } from "effect/http-api"
import { InboundAlert } from "../alert/Alert.ts"
import { Alerts } from "../alert/Alerts.ts"
import { OncallApi } from "../OncallApi.ts"
import { Services } from "../service/Services.ts"
import { Incidents } from "./Incidents.ts"

/** The caller, as timelines name them. */
const caller = Effect.map(
  CurrentPrincipal,
  ({ id, kind, name }) => new Actor({ kind, id, name })
)

const defaultPage = 50

export const IncidentRoutes = HttpApiBuilder.group(
  OncallApi,
  "incidents",
  Effect.fnUntraced(function*(handlers) {
    const incidents = yield* Incidents
    const services = yield* Services
    const alerts = yield* Alerts
    return handlers.handleAll({
      list: ({ query: { cursor, limit, ...filter } }) =>
        incidents.search({ ...filter, before: cursor, limit: limit ?? defaultPage }),
      get: ({ params }) => incidents.get(params.id),
      timeline: ({ params }) => incidents.timeline(params.id),
      alerts: ({ params, query }) =>
        incidents.alerts(params.id, { before: query.cursor, limit: query.limit ?? defaultPage }),
      notifications: ({ params }) => incidents.notifications(params.id),
      acknowledge: ({ params }) => Effect.flatMap(caller, (by) => incidents.acknowledge(params.id, by)),
      resolve: ({ params, payload }) => Effect.flatMap(caller, (by) => incidents.resolve(params.id, by, payload.note)),
      reassign: ({ params, payload }) => Effect.flatMap(caller, (by) => incidents.reassign(params.id, by, payload.to)),
      note: ({ params, payload }) => Effect.flatMap(caller, (by) => incidents.note(params.id, by, payload.text)),
      setPriority: ({ params, payload }) =>
        Effect.flatMap(caller, (by) => incidents.setPriority(params.id, by, payload.priority)),
      open: Effect.fnUntraced(function*({ payload }) {
        const service = yield* services.get(payload.serviceId).pipe(
          Effect.catchTag("NotFound", () =>
            new Unprocessable({
              detail: "No such service",
              errors: [{ path: ["payload", "serviceId"], message: "expected the id of a service of this tenant" }]
            }))
        )
        const tenant = yield* CurrentTenant
        const alert = new InboundAlert({
          action: "trigger",
          dedupKey: SecureRandom.uuidV7Unsafe(),
          summary: payload.title,
          priority: payload.priority,
          source: "",
          routingKey: null,
          details: payload.details ?? null,
          labels: {},
          links: [],
          startsAt: null,
          payload: { ...payload }
        })
        const [id] = yield* alerts.accept(tenant.id, [
          { integrationId: null, actor: yield* caller, serviceId: service.id, alert }
        ])
        return yield* Effect.fromNullishOr(id).pipe(Effect.flatMap(incidents.get), Effect.orDie)
      })
    })
  })
)
