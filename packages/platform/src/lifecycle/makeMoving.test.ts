import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import type { TenantId } from "@innkeeper/config"
import { asTenant, OwnerSql, withPlatform } from "@innkeeper/database"
import { migrations as runtime, Outbox } from "@innkeeper/runtime"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { Effect, FileSystem, Layer, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { ArchiveStorage } from "../archive/ArchiveStorage.ts"
import { TenantArchive } from "../archive/TenantArchive.ts"
import { Audit } from "../audit/Audit.ts"
import { AdminAudit } from "../console/AdminAudit.ts"
import { migrations } from "../Migrations.ts"
import { MoveKeys } from "../move/moveKey.ts"
import { findMove, noteMove } from "../move/MoveStore.ts"
import { sealedColumns } from "../move/SealedColumn.ts"
import { TenantMoves } from "../move/TenantMoves.ts"
import { SecretBox } from "../secrets/SecretBox.ts"
import { makeMoving } from "./makeMoving.ts"
import type { StoredOperation } from "./OperationStore.ts"

const secret = Redacted.make("a secret of at least thirty-two characters")

const Live = Layer.mergeAll(
  TenantArchive.layer({ secret }),
  TenantMoves.layer({ sealed: sealedColumns, closing: 0, settling: "300 millis" })
).pipe(
  Layer.provideMerge(Layer.unwrap(Effect.map(
    Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped({ prefix: "innkeeper-archive-" })),
    ArchiveStorage.folder
  ))),
  Layer.provideMerge(
    Layer.mergeAll(AdminAudit.layer, Audit.layer, Outbox.layer, SecretBox.layer({ secret }), MoveKeys.layer({ secret }))
  ),
  Layer.provideMerge(Layer.mergeAll(TestDatabase.layer([runtime, migrations]), NodeServices.layer))
)

/** The parts of an operation that its move looks at. */
const operationOf = (slug: string) =>
  ({ id: SecureRandom.uuidV7Unsafe(), slug, request: { kind: "suspend" } }) as unknown as StoredOperation

const moved = Effect.fnUntraced(function*(slug: string) {
  const sql = yield* SqlClient.SqlClient
  const owner = yield* OwnerSql
  const tenant = yield* makeTenant(slug)
  yield* (yield* Audit).record({ action: "thing.done", subject: null, detail: {} }).pipe(asTenant(tenant))
  const across = (find: ReturnType<typeof findMove>) =>
    Effect.orDie(Effect.provideService(withPlatform("test")(find), SqlClient.SqlClient, sql))
  const [archives, keys, moves] = [yield* TenantArchive, yield* MoveKeys, yield* TenantMoves]
  const steps = makeMoving({ across, archives, keys, moves, tenantOf: () => Effect.succeed({ id: tenant }) })
  const rows = owner<{ count: number }>`SELECT count(*)::int AS count FROM audit_entry WHERE tenant_id = ${tenant}`
  return {
    tenant,
    across,
    archives,
    steps,
    operation: operationOf(slug),
    rows: Effect.map(rows, ([row]) => row!.count)
  }
})

const note = (operation: StoredOperation, more: Parameters<typeof noteMove>[1]) =>
  withPlatform("test")(noteMove({ operation: operation.id, slug: operation.slug }, more))

const problemOf = <A, R>(effect: Effect.Effect<A, { readonly message: string }, R>) =>
  Effect.map(Effect.flip(effect), ({ message }) => message)

layer(Live, { timeout: "60 seconds", excludeTestServices: true })("the move of an operation", (it) => {
  it.effect("goes on only when the other place holds the same as was sent", () =>
    Effect.gen(function*() {
      const { across, operation, steps } = yield* moved("compared")
      assert.match(yield* problemOf(steps.compare(operation)), /has not answered/)
      yield* steps.pack(operation)
      assert.match(yield* problemOf(steps.compare(operation)), /has not answered/)
      const sent = (yield* across(findMove(operation.id)))!.sent!
      yield* note(operation, { answered: { ...sent, audit_entry: { rows: 0, sum: "0".repeat(64) } } })
      assert.match(
        yield* problemOf(steps.compare(operation)),
        /does not hold what was sent: audit_entry has 0 rows instead of 1/
      )
      yield* note(operation, { answered: sent })
      yield* steps.compare(operation)
    }))

  it.effect("gives back what was removed, once, and takes back what was brought", () =>
    Effect.gen(function*() {
      const { archives, operation, rows, steps, tenant } = yield* moved("given-back")
      yield* steps.pack(operation)
      yield* archives.remove(tenant as TenantId)
      assert.strictEqual(yield* rows, 0)
      yield* steps.giveBack(operation)
      assert.strictEqual(yield* rows, 1)
      yield* (yield* Audit).record({ action: "thing.done.later", subject: null, detail: {} }).pipe(asTenant(tenant))
      yield* steps.giveBack(operation)
      assert.strictEqual(yield* rows, 2)
      yield* steps.takeBack(operation)
      assert.strictEqual(yield* rows, 0)
      const nothing = operationOf("given-back")
      yield* steps.takeBack(nothing)
      assert.match(yield* problemOf(steps.bring(nothing)), /has not come/)
      assert.match(yield* problemOf(steps.giveBack(nothing)), /no archive/)
    }))
})
