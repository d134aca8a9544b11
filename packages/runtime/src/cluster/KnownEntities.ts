import { Context, Effect, Layer } from "effect"
import { Sharding } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { releaseEntities } from "../workflow/HeldMessageStore.ts"

/** The types of entities that this pod has, those of workflows and schedules among them. They enter when they register. */
export class KnownEntities extends Context.Service<KnownEntities, {
  readonly add: (type: string) => Effect.Effect<void>
  readonly has: (type: string) => boolean
}>()("runtime/KnownEntities") {
  static readonly layer = Layer.sync(KnownEntities, () => {
    const known = new Set<string>()
    return KnownEntities.of({
      add: (type) => Effect.sync(() => void known.add(type)),
      has: (type) => known.has(type)
    })
  })
}

/** Effect's sharding, which tells `KnownEntities` of what registers, and takes up what was held for it. */
export const KnownEntitiesSharding = Layer.effect(
  Sharding.Sharding,
  Effect.gen(function*() {
    const sharding = yield* Sharding.Sharding
    const known = yield* KnownEntities
    const sql = yield* SqlClient.SqlClient
    const release = (type: string) =>
      releaseEntities(type).pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)
    return Sharding.Sharding.of({
      ...sharding,
      registerEntity: (entity, handlers, options) =>
        known.add(entity.type).pipe(
          Effect.andThen(sharding.registerEntity(entity, handlers, options)),
          Effect.andThen(release(entity.type)),
          Effect.andThen(sharding.pollStorage)
        )
    })
  })
)
