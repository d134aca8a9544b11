import { assert, layer } from "@effect/vitest"
import { type ProvisionRequest, TenantSlug } from "@innkeeper/config"
import { asTenant, OwnerSql, withPlatform } from "@innkeeper/database"
import { ownTenant, pooledTenant } from "@innkeeper/testkit"
import { Effect, Layer, Redacted, Schedule, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { TenantArchive } from "../archive/TenantArchive.ts"
import { Audit } from "../audit/Audit.ts"
import { consoleWith } from "../console/Console.fixture.ts"
import { noteMove } from "../move/MoveStore.ts"
import { TenantMoves } from "../move/TenantMoves.ts"
import { findConfigs } from "../tenant/TenantConfigStore.ts"
import { finish, get, once, operate, type Operation, post, succeed } from "./Lifecycle.fixture.ts"
import { Provisioner, ProvisionFailed } from "./Provisioner.ts"

/** What the provisioner was asked for, and what it does then. */
const seen: Array<string> = []
let carry: (request: ProvisionRequest) => Effect.Effect<void> = () => Effect.void
let fails: (request: ProvisionRequest) => boolean = () => false

const provisioner = Layer.succeed(Provisioner, {
  adapter: "pulumi",
  run: (request) =>
    Stream.fromEffect(Effect.gen(function*() {
      const { action, restoreFrom } = request
      seen.push(restoreFrom === null ? action : `${action} from ${restoreFrom}`)
      if (fails(request)) return yield* new ProvisionFailed({ problems: ["A namespace hangs"], refused: false })
      if (request.move !== undefined) yield* carry(request)
      return {
        _tag: "Done",
        adapter: "pulumi",
        record: action === "destroy" ? null : {},
        backup: action === "backup" ? "the.dump" : null,
        url: action === "destroy" ? null : "https://own.example.com"
      } as const
    }))
})

const placeOf = (slug: string) => Effect.map(get(slug), ({ json }) => [json.tier, json.state])

layer(consoleWith(provisioner), { excludeTestServices: true, timeout: "60 seconds" })(
  "a tenant whose move cannot be undone",
  (it) => {
    it.effect("keeps its data in the shared database when its former place is gone, until that is removed", () =>
      Effect.gen(function*() {
        const [owner, sql] = [yield* OwnerSql, yield* SqlClient.SqlClient]
        const [archives, audit, moves] = [yield* TenantArchive, yield* Audit, yield* TenantMoves]
        const slug = TenantSlug.make("acme")
        yield* succeed(slug, { kind: "create", config: ownTenant(slug) })
        const [tenant] = yield* withPlatform("test")(findConfigs(slug))
        const rows = owner`SELECT FROM audit_entry WHERE tenant_id = ${tenant!.id} AND action = 'thing.done'`
        // As the job does in the tenant's own place, where alone the row was.
        carry = ({ move, operation }) =>
          Effect.gen(function*() {
            yield* audit.record({ action: "thing.done", subject: null, detail: {} }).pipe(asTenant(tenant!.id))
            const { name } = yield* moves.pack(tenant!.id, { operation, key: Redacted.make(move!.key) }, null)
            yield* archives.remove(tenant!.id)
            yield* withPlatform("test")(noteMove({ operation, slug }, { archive: name }))
          }).pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)
        seen.length = 0
        fails = ({ action, restoreFrom }) => action === "destroy" || restoreFrom !== null
        const failed = yield* finish(slug, { kind: "apply", config: pooledTenant(slug) })
        assert.deepStrictEqual([failed.status, failed.problems], ["failed", [
          "A namespace hangs",
          "Step 6 could not be undone: A namespace hangs",
          "Its data stays where it has moved to, and the steps before that are not undone"
        ]])
        assert.deepStrictEqual([...new Set(seen)], ["backup", "apply", "destroy", "apply from the.dump"])
        assert.deepStrictEqual(yield* placeOf(slug), ["pooled", "active"])
        assert.lengthOf(yield* rows, 1)

        const elsewhere = yield* operate(slug, { kind: "apply", config: ownTenant(slug) })
        assert.strictEqual(elsewhere.status, 409)
        assert.include(elsewhere.text, "apply it as pooled")
        // The same again removes what is left of the former place, and keeps trying.
        const again = yield* finish(slug, { kind: "apply", config: pooledTenant(slug) })
        assert.deepStrictEqual([again.status, again.problems], ["failed", ["A namespace hangs"]])
        fails = () => false
        seen.length = 0
        yield* succeed(slug, { kind: "apply", config: pooledTenant(slug) })
        assert.deepStrictEqual(seen, ["destroy"])
        assert.deepStrictEqual(yield* placeOf(slug), ["pooled", "active"])
        assert.lengthOf(yield* rows, 1)
        assert.isNull((yield* operate(slug, { kind: "apply", config: pooledTenant(slug) })).json.operation)
      }))

    it.effect("keeps its data in its own database when the shared one does not take it back", () =>
      Effect.gen(function*() {
        const owner = yield* OwnerSql
        const slug = "globex"
        yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
        yield* owner`
          INSERT INTO team (tenant_id, id, name) SELECT id, gen_random_uuid(), 'Platform' FROM tenant WHERE slug = ${slug}`
        carry = ({ operation }) =>
          Effect.orDie(owner`UPDATE tenant_move SET answered = sent WHERE operation = ${operation}`).pipe(Effect.asVoid)
        seen.length = 0
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
          yield* owner`UPDATE tenant_move SET archive = NULL WHERE operation = ${id}`
          yield* post(slug, `/operations/${id}/cancel`)
        }))
        const cancelled = yield* once(slug, "succeeded", "failed", "cancelled")
        assert.match(cancelled.problems[0] ?? "", /^Step 6 could not be undone: There is no archive/)
        assert.deepStrictEqual(seen, ["apply"])
        assert.deepStrictEqual(yield* placeOf(slug), ["isolated", "active"])
      }))
  }
)
