import type { TenantId } from "@innkeeper/config"
import { asTenant, type CurrentTenant } from "@innkeeper/database"
import { Conflict, NotFound, type Unprocessable } from "@innkeeper/platform/api"
import { groupCommit } from "@innkeeper/runtime"
import { Context, Effect, Layer, type Option } from "effect"
import { SecureRandom } from "effect/crypto"
import { makeCatalogue } from "../Catalogue.ts"
import { checkReferences, type References } from "../References.ts"
import { makeShortMemory } from "../ShortMemory.ts"
import { type Service, ServiceId, type ServiceInput } from "./Service.ts"
import {
  deleteService,
  findByRoutingKeys,
  findServices,
  holdService,
  insertService,
  updateService,
  usesOf
} from "./ServiceStore.ts"

type Input = typeof ServiceInput.Type

/**
 * Services of the current tenant.
 * @effect-expect-leaking CurrentTenant
 */
export class Services extends Context.Service<Services, {
  readonly list: Effect.Effect<ReadonlyArray<Service>, never, CurrentTenant>
  readonly get: (id: ServiceId) => Effect.Effect<Service, NotFound, CurrentTenant>
  readonly create: (input: Input) => Effect.Effect<Service, Conflict | Unprocessable, CurrentTenant>
  readonly replace: (
    id: ServiceId,
    input: Input
  ) => Effect.Effect<Service, NotFound | Conflict | Unprocessable, CurrentTenant>
  /** Fails with `Conflict` while an integration or an incident belongs to it. */
  readonly remove: (id: ServiceId) => Effect.Effect<void, NotFound | Conflict, CurrentTenant>
  /** The service that a routing key names; may be a few seconds behind a change made by another server. */
  readonly routeOf: (tenantId: TenantId, routingKey: string) => Effect.Effect<Option.Option<ServiceId>>
}>()("oncall/Services") {
  static readonly layer = Layer.effect(
    Services,
    Effect.gen(function*() {
      const { changed, scoped, unique } = yield* makeCatalogue("service")

      // A group of alerts may name many services, or what is none: their keys are looked up together.
      const routes = yield* makeShortMemory(
        groupCommit((tenantId: TenantId, routingKeys: ReadonlyArray<string>) =>
          scoped(findByRoutingKeys(routingKeys)).pipe(asTenant(tenantId))
        )
      )

      const found = (id: ServiceId) =>
        Effect.flatMap(findServices(id), ([service]) => service === undefined ? gone : Effect.succeed(service))

      const list = scoped(findServices()).pipe(Effect.withSpan("Services.list"))

      const get = Effect.fn("Services.get")((id: ServiceId) => scoped(found(id)))

      const create = Effect.fn("Services.create")(
        (input: Input) =>
          unique(Effect.gen(function*() {
            yield* checkReferences(referencesOf(input))
            const id = ServiceId.make(SecureRandom.uuidV7Unsafe())
            yield* insertService(id, input)
            yield* changed("created", id, { name: input.name })
            return yield* found(id).pipe(Effect.catchTag("NotFound", Effect.die))
          })),
        Effect.ensuring(routes.forget)
      )

      const replace = Effect.fn("Services.replace")(
        (id: ServiceId, input: Input) =>
          unique(Effect.gen(function*() {
            yield* found(id)
            yield* checkReferences(referencesOf(input))
            if (!(yield* updateService(id, input))) return yield* gone
            yield* changed("updated", id, { name: input.name })
            return yield* found(id)
          })),
        Effect.ensuring(routes.forget)
      )

      const remove = Effect.fn("Services.remove")(
        (id: ServiceId) =>
          scoped(Effect.gen(function*() {
            if (!(yield* holdService(id))) return yield* gone
            const { hasIncidents, integrations } = yield* usesOf(id)
            if (integrations.length > 0) {
              const detail = `Integrations belong to this service: ${integrations.join(", ")}. Give them another first.`
              return yield* new Conflict({ detail })
            }
            if (hasIncidents) return yield* new Conflict({ detail: "Incidents belong to this service" })
            yield* deleteService(id)
            yield* changed("removed", id, null)
          })),
        Effect.ensuring(routes.forget)
      )

      return Services.of({ list, get, create, replace, remove, routeOf: routes.get })
    })
  )
}

const gone = Effect.fail(new NotFound({ resource: "service" }))

const referencesOf = ({ escalationPolicyId, teamId }: Input): References => ({
  teams: [{ path: ["payload", "teamId"], id: teamId }],
  policies: [{ path: ["payload", "escalationPolicyId"], id: escalationPolicyId }]
})
