import { assert, layer } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { ownTenant } from "@innkeeper/testkit"
import { Effect, Layer, Schedule, Stream } from "effect"
import { consoleWith } from "../console/Console.fixture.ts"
import { get, once, operate, type Operation, post, succeed } from "./Lifecycle.fixture.ts"
import { Provisioner } from "./Provisioner.ts"

/** Builds at once, and answers that what was sent has arrived. */
const provisioner = Layer.effect(
  Provisioner,
  Effect.gen(function*() {
    const owner = yield* OwnerSql
    return Provisioner.of({
      adapter: "pulumi",
      run: ({ move, operation, service }) =>
        Stream.fromEffect(
          Effect.as(
            move === undefined
              ? Effect.void
              : Effect.orDie(owner`UPDATE tenant_move SET answered = sent WHERE operation = ${operation}`),
            {
              _tag: "Done",
              adapter: "pulumi",
              record: {},
              backup: null,
              url: service === "active" ? "https://own.example.com" : null
            } as const
          )
        )
    })
  })
)

const placeOf = (slug: string) => Effect.map(get(slug), ({ json }) => [json.tier, json.version, json.state])

layer(consoleWith(provisioner), { excludeTestServices: true, timeout: "60 seconds" })(
  "a tenant whose data is in the shared database",
  (it) => {
    it.effect("is as it was when its move is stopped, also without a configuration, and takes its data along later", () =>
      Effect.gen(function*() {
        const owner = yield* OwnerSql
        const slug = "acme"
        yield* owner`
          INSERT INTO tenant (id, slug, name, config, config_source) VALUES (gen_random_uuid(), ${slug}, 'Acme',
            ${JSON.stringify({ tier: "pooled", slug, name: "Acme", timeZone: "UTC" })}::jsonb, 'database')`
        yield* owner`
          INSERT INTO team (tenant_id, id, name) SELECT id, gen_random_uuid(), 'Platform' FROM tenant WHERE slug = ${slug}`
        const teams = Effect.map(owner`SELECT name FROM team`, (rows) => rows.length)
        yield* owner.withTransaction(Effect.gen(function*() {
          yield* owner`SELECT FROM team FOR UPDATE`
          const { json } = yield* operate(slug, { kind: "apply", config: ownTenant(slug) })
          const { id } = json.operation as unknown as Operation
          yield* owner<{ waits: boolean }>`
            SELECT pg_stat_clear_snapshot(), EXISTS (
              SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%DELETE FROM "team"%'
            ) AS waits`.pipe(
            Effect.repeat({ until: ([row]) => row!.waits, schedule: Schedule.spaced("50 millis") })
          )
          yield* post(slug, `/operations/${id}/cancel`)
        }))
        assert.strictEqual((yield* once(slug, "succeeded", "failed", "cancelled")).status, "cancelled")
        assert.deepStrictEqual(yield* placeOf(slug), ["pooled", 0, "active"])
        assert.strictEqual((yield* get(slug)).json.name, "Acme")
        assert.strictEqual(yield* teams, 1)
        yield* succeed(slug, { kind: "apply", config: ownTenant(slug) })
        assert.deepStrictEqual(yield* placeOf(slug), ["isolated", 1, "active"])
        assert.strictEqual(yield* teams, 0)
      }))

    it.effect("takes its data along when it was entered with a database of its own before that was built", () =>
      Effect.gen(function*() {
        const owner = yield* OwnerSql
        const slug = "globex"
        yield* owner`
          INSERT INTO tenant (id, slug, name, config, config_source, config_version)
          VALUES (gen_random_uuid(), ${slug}, ${slug}, ${JSON.stringify(ownTenant(slug))}::jsonb, 'database', 1)`
        yield* owner`
          INSERT INTO team (tenant_id, id, name) SELECT id, gen_random_uuid(), 'Platform' FROM tenant WHERE slug = ${slug}`
        yield* succeed(slug, { kind: "suspend" })
        yield* succeed(slug, { kind: "resume" })
        yield* succeed(slug, { kind: "apply", config: ownTenant(slug) })
        assert.lengthOf(yield* owner`SELECT name FROM team`, 0)
      }))
  }
)
