import { type CurrentTenant, withPlatform } from "@innkeeper/database"
import { SecretBox } from "@innkeeper/platform"
import { type Conflict, NotFound, type Unprocessable } from "@innkeeper/platform/api"
import { Context, Effect, Layer, Option, Redacted, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { makeCatalogue } from "../Catalogue.ts"
import { checkReferences } from "../References.ts"
import type { ServiceId } from "../service/Service.ts"
import { Services } from "../service/Services.ts"
import { makeShortMemory } from "../ShortMemory.ts"
import { Integration, IntegrationId, type IntegrationInput, IntegrationKey } from "./Integration.ts"
import {
  type Door,
  findDoor,
  findIntegrations,
  insertIntegration,
  markRevoked,
  type StoredIntegration,
  updateIntegration
} from "./IntegrationStore.ts"
import { hashOf, makeKey } from "./KeyGeneration.ts"
import { findMoved, type Moved } from "./MovedKeyStore.ts"

export type { Door } from "./IntegrationStore.ts"

type Input = typeof IntegrationInput.Type

/** What a sealed key is sealed for; part of the seal. */
export const purpose = "integration key"

/** Where senders of a kind post. PagerDuty's protocol carries the key in the body, and Opsgenie's in a header. */
export const addressOf = (publicUrl: string, kind: Integration["kind"], key: string): string => {
  const paths: Record<Integration["kind"], string> = {
    generic: `/in/${key}`,
    alertmanager: `/in/${key}/alertmanager`,
    pagerduty: "/v2/enqueue",
    opsgenie: "/v2/alerts"
  }
  return `${publicUrl.replace(/\/+$/, "")}${paths[kind]}`
}

/**
 * Integrations of the current tenant. `reveal` tells whether the caller may see keys.
 * @effect-expect-leaking CurrentTenant
 */
export class Integrations extends Context.Service<Integrations, {
  readonly list: (reveal: boolean) => Effect.Effect<ReadonlyArray<Integration>, never, CurrentTenant>
  readonly get: (id: IntegrationId, reveal: boolean) => Effect.Effect<Integration, NotFound, CurrentTenant>
  /** Makes an integration with a new key, or with `key`, which senders use already. */
  readonly create: (
    input: Input,
    key?: typeof IntegrationKey.Type
  ) => Effect.Effect<Integration, Conflict | Unprocessable, CurrentTenant>
  readonly replace: (
    id: IntegrationId,
    input: Input
  ) => Effect.Effect<Integration, NotFound | Conflict | Unprocessable, CurrentTenant>
  /** The key stops working: here at once, on other servers within five seconds. */
  readonly revoke: (id: IntegrationId) => Effect.Effect<Integration, NotFound, CurrentTenant>
  /** Where a key leads, whosever it is; none when it is unknown or revoked. */
  readonly findByKey: (key: string) => Effect.Effect<Option.Option<Door>>
  /** The tenant of a key, if that has moved to a server of its own. */
  readonly findMoved: (key: string) => Effect.Effect<Option.Option<Moved>>
  /** The service that an alert is about: the one it names, else the door's own. */
  readonly serviceFor: (door: Door, routingKey: string | null) => Effect.Effect<ServiceId>
}>()("oncall/Integrations") {
  static readonly layer = (options: { readonly publicUrl: string }) =>
    Layer.effect(
      Integrations,
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const secrets = yield* SecretBox
        const services = yield* Services
        const { changed, scoped, unique } = yield* makeCatalogue("integration")

        const doors = yield* makeShortMemory((key: string) =>
          findDoor(hashOf(key)).pipe(
            withPlatform("integration by key"),
            Effect.provideService(SqlClient.SqlClient, sql),
            Effect.orDie
          )
        )

        const shown = Effect.fnUntraced(function*({ sealedKey, ...stored }: StoredIntegration, reveal: boolean) {
          if (!reveal) return new Integration({ ...stored, key: null, url: null })
          const key = Redacted.value(yield* Effect.orDie(secrets.open(purpose, sealedKey)))
          return new Integration({ ...stored, key, url: addressOf(options.publicUrl, stored.kind, key) })
        })

        const found = (id: IntegrationId, reveal: boolean) =>
          Effect.flatMap(findIntegrations(id), ([stored]) => stored === undefined ? gone : shown(stored, reveal))

        const list = Effect.fn("Integrations.list")((reveal: boolean) =>
          scoped(Effect.flatMap(findIntegrations(), (all) => Effect.forEach(all, (stored) => shown(stored, reveal))))
        )

        const get = Effect.fn("Integrations.get")((id: IntegrationId, reveal: boolean) => scoped(found(id, reveal)))

        const create = Effect.fn("Integrations.create")(
          (input: Input, key: typeof IntegrationKey.Type = makeKey()) =>
            unique(Effect.gen(function*() {
              yield* checkReferences(referencesOf(input))
              const id = IntegrationId.make(SecureRandom.uuidV7Unsafe())
              const sealed = yield* secrets.seal(purpose, Redacted.make(key))
              yield* insertIntegration(id, input, { hash: hashOf(key), sealed })
              yield* changed("created", id, { name: input.name, kind: input.kind })
              return yield* found(id, true).pipe(Effect.catchTag("NotFound", Effect.die))
            }))
        )

        const replace = Effect.fn("Integrations.replace")(
          (id: IntegrationId, input: Input) =>
            unique(Effect.gen(function*() {
              yield* found(id, false)
              yield* checkReferences(referencesOf(input))
              yield* updateIntegration(id, input)
              yield* changed("updated", id, { name: input.name, kind: input.kind })
              return yield* found(id, true)
            })),
          Effect.ensuring(doors.forget)
        )

        const revoke = Effect.fn("Integrations.revoke")(
          (id: IntegrationId) =>
            scoped(Effect.gen(function*() {
              if (yield* markRevoked(id)) yield* changed("revoked", id, null)
              return yield* found(id, true)
            })),
          Effect.ensuring(doors.forget)
        )

        const findByKey = Effect.fn("Integrations.findByKey")((key: string) =>
          Schema.is(IntegrationKey)(key) ? doors.get(key) : Effect.succeedNone
        )

        const findMovedByKey = Effect.fn("Integrations.findMoved")((key: string) =>
          Schema.is(IntegrationKey)(key)
            ? findMoved(hashOf(key)).pipe(
              withPlatform("moved integration by key"),
              Effect.provideService(SqlClient.SqlClient, sql),
              Effect.orDie
            )
            : Effect.succeedNone
        )

        const serviceFor = Effect.fn("Integrations.serviceFor")((door: Door, routingKey: string | null) =>
          routingKey === null
            ? Effect.succeed(door.serviceId)
            : Effect.map(services.routeOf(door.tenantId, routingKey), Option.getOrElse(() => door.serviceId))
        )

        return Integrations.of({ list, get, create, replace, revoke, findByKey, findMoved: findMovedByKey, serviceFor })
      })
    )
}

const gone = Effect.fail(new NotFound({ resource: "integration" }))

const referencesOf = ({ serviceId }: Input) => ({ services: [{ path: ["payload", "serviceId"], id: serviceId }] })
