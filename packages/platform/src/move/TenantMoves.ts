import { type TenantConfig, TenantId, type TenantSlug } from "@innkeeper/config"
import { asTenant, platformWork, schemaVersion, withSnapshot, withTenant } from "@innkeeper/database"
import { beginReadings, findReadings, findUnreadEvents, Outbox, readyRestoredJobs } from "@innkeeper/runtime"
import { Context, type Duration, Effect, Layer, Option, type Redacted, Schedule, Schema, Stream } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { NotFound } from "../access/Problems.ts"
import {
  type ArchiveHeader,
  archiveOf,
  differingSets,
  headerLine,
  linesOf,
  verifiedHeader
} from "../archive/ArchiveFile.ts"
import { archiveNameOf } from "../archive/archiveNameOf.ts"
import {
  type ArchiveMissing,
  type ArchiveName,
  ArchiveStorage,
  type ArchiveStorageFailed
} from "../archive/ArchiveStorage.ts"
import { headerNow } from "../archive/headerNow.ts"
import { restoreRows } from "../archive/restoreRows.ts"
import { hasRows, planByKey } from "../archive/TenantRowStore.ts"
import { Audit } from "../audit/Audit.ts"
import { AdminAudit } from "../console/AdminAudit.ts"
import { deriveKey, makeSecretBox, SecretBox } from "../secrets/SecretBox.ts"
import { findConfigs, insertConfigured } from "../tenant/TenantConfigStore.ts"
import { added, differences, type Holdings, makeHoldings, rowsIn } from "./Holdings.ts"
import { type Manifest, manifestIn, manifestLine } from "./MoveFile.ts"
import { findMove, noteMove, ownTransaction, writeSameText } from "./MoveStore.ts"
import { readBefore } from "./MovingTable.ts"
import type { SealedColumn } from "./SealedColumn.ts"
import { comingLines, findMovingTables, leavingLines, sumUp } from "./travellingRows.ts"

/** The data of a tenant cannot be moved; `reason` is a clause that says why. Nothing was changed. */
export class MoveRefused extends Schema.TaggedError<MoveRefused>()("MoveRefused", { reason: Schema.String }) {
  override get message() {
    return `The tenant's data cannot be moved: ${this.reason}.`
  }
}

const damaged = () => new MoveRefused({ reason: "its archive is not whole, or not as it was written for this move" })

/** One move: the operation that it belongs to, and its secret. */
export interface Moving {
  readonly operation: string
  readonly key: Redacted.Redacted<string>
}

/** All events are read before it. */
const behindAllRead = { transaction: BigInt(readBefore), position: 2n ** 63n - 1n }

/**
 * All rows of one tenant on their way from one database to another. A row is the same there, but for its number and its
 * transaction; what is sealed is sealed for the move on its way, and then by the secret of where it is.
 */
export class TenantMoves extends Context.Service<TenantMoves, {
  /**
   * Writes the rows of a tenant that is closed into an archive of the move. `config` is the configuration that it has where it
   * goes, for a database whose registry may not know it.
   */
  readonly pack: (tenantId: TenantId, moving: Moving, config: TenantConfig | null) => Effect.Effect<
    { readonly name: ArchiveName; readonly held: Holdings },
    NotFound | ArchiveStorageFailed
  >
  /**
   * Writes the rows of an archive of the move, all or none, and reads them back: succeeds where they are all there, as they
   * were. The second time it does nothing.
   */
  readonly bring: (name: ArchiveName, moving: Moving) => Effect.Effect<
    Holdings,
    MoveRefused | ArchiveMissing | ArchiveStorageFailed
  >
  /** Whether the archive is whole, of the move, and of the tenant. */
  readonly verify: (name: ArchiveName, moving: Moving) => Effect.Effect<
    TenantSlug,
    MoveRefused | ArchiveMissing | ArchiveStorageFailed
  >
}>()("platform/TenantMoves") {
  /**
   * `sealed`: every column of a tenant's table that `SecretBox` sealed. `closing`: how long requests that came before the door
   * was shut are waited for; `settling`: how long the readers of the tenant's events are.
   */
  static readonly layer = ({ closing = "5 seconds", sealed, settling = "20 seconds" }: {
    readonly sealed: ReadonlyArray<SealedColumn>
    readonly closing?: Duration.Input
    readonly settling?: Duration.Input
  }) =>
    Layer.effect(
      TenantMoves,
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const storage = yield* ArchiveStorage
        const box = yield* SecretBox
        const [adminAudit, audit, outbox] = [yield* AdminAudit, yield* Audit, yield* Outbox]
        const across = yield* platformWork("tenant move")
        const onSql = Effect.provideService(SqlClient.SqlClient, sql)
        const archiveKey = ({ key }: Moving) => deriveKey(key, "tenant-archive")
        const sumOf = ({ key }: Moving) => makeHoldings(deriveKey(key, "tenant-move-sum"))

        /** Waits for the readers of the tenant's events: what they still have before them may be done here and there. */
        const settle = (tenantId: TenantId) =>
          Effect.repeat(findUnreadEvents().pipe(withTenant, asTenant(tenantId), onSql, Effect.orDie), {
            until: (waiting) => waiting.size === 0,
            schedule: Schedule.spaced("100 millis").pipe(Schedule.upTo({ duration: settling }))
          })

        const writeSnapshot = Effect.fnUntraced(function*(moving: Moving, config: TenantConfig | null) {
          yield* Effect.andThen(planByKey, writeSameText)
          const header = yield* headerNow
          const [sum, readings] = [sumOf(moving), yield* findReadings]
          const rows = leavingLines(yield* findMovingTables(sealed), {
            from: box,
            to: makeSecretBox(moving.key),
            sum,
            waiting: yield* findUnreadEvents()
          })
          const manifest = Stream.sync(() => manifestLine({ held: sum.held(), readings, config }))
          const lines = Stream.concat(Stream.concat(Stream.make(headerLine(header)), rows), manifest)
          const { content } = archiveOf(archiveKey(moving), Stream.orDie(lines))
          const name = archiveNameOf(header)
          yield* storage.write(name, content)
          return { name, held: sum.held(), slug: header.slug }
        })

        const pack = Effect.fn("TenantMoves.pack")(
          function*(tenantId: TenantId, moving: Moving, config: TenantConfig | null) {
            yield* Effect.sleep(closing)
            yield* settle(tenantId)
            const { held, name, slug } = yield* writeSnapshot(moving, config).pipe(
              withSnapshot,
              asTenant(tenantId),
              onSql,
              Effect.catchTags({ SqlError: Effect.die, SchemaError: Effect.die })
            )
            yield* across(Effect.gen(function*() {
              yield* noteMove({ operation: moving.operation, slug }, { archive: name, sent: held })
              yield* adminAudit.record({
                action: "tenant.packed",
                subject: `tenant:${tenantId}`,
                detail: { name, operation: moving.operation, rows: rowsIn(held) }
              })
            }))
            return { name, held }
          }
        )

        const open = Effect.fnUntraced(
          function*(name: ArchiveName, moving: Moving) {
            const lines = linesOf(storage.read(name))
            const header = yield* verifiedHeader(archiveKey(moving), lines)
            const manifest = yield* manifestIn(lines)
            return Option.isNone(manifest)
              ? yield* new MoveRefused({ reason: "its archive is not that of a move" })
              : { header, manifest: manifest.value, lines }
          },
          Effect.catchTag("ArchiveDamaged", damaged)
        )

        /**
         * The tenant's id where it goes, by its slug: one that was set up there has an id of its own. A tenant that the registry
         * does not know is entered.
         */
        const arrivingAs = Effect.fnUntraced(function*({ id, schema, slug }: ArchiveHeader, { config }: Manifest) {
          const differing = differingSets(schema, yield* schemaVersion().pipe(withTenant, asTenant(TenantId.make(id))))
          if (differing.length > 0) {
            const sets = differing.join(", ").replaceAll(" then, ", " where it comes from, ")
            return yield* new MoveRefused({
              reason: `the two databases are of different versions of Innkeeper (${
                sets.replaceAll(" now", " where it goes")
              }), which have to be the same`
            })
          }
          const [known] = yield* findConfigs(slug)
          if (known !== undefined) return { tenantId: known.id, isNew: false }
          if (config === null) return yield* new MoveRefused({ reason: `nothing is known of ${slug} where it goes` })
          yield* insertConfigured(id, config, "database")
          return { tenantId: id, isNew: true }
        })

        const filled = Effect.fnUntraced(function*() {
          for (const { table: { appendOnly, name } } of yield* findMovingTables(sealed)) {
            if (!appendOnly && (yield* hasRows(name))) return name
          }
          return undefined
        })

        /** Within the tenant's transaction: writes the rows and reads them back. Returns what has come. */
        const write = Effect.fnUntraced(function*(
          { lines, manifest }: Effect.Success<ReturnType<typeof open>>,
          moving: Moving
        ) {
          yield* Effect.andThen(planByKey, writeSameText)
          const occupied = yield* filled()
          if (occupied !== undefined) {
            return yield* new MoveRefused({ reason: `it has rows in ${occupied} where it goes` })
          }
          const tables = yield* findMovingTables(sealed)
          const before = sumOf(moving)
          yield* sumUp(tables, box, before)
          const transaction = yield* ownTransaction
          yield* restoreRows(
            tables.map(({ table }) => table),
            comingLines(tables, lines, { from: makeSecretBox(moving.key), to: box, transaction })
          )
          const now = sumOf(moving)
          yield* sumUp(tables, box, now)
          const arrived = added(before.held(), now.held())
          const [difference] = differences(manifest.held, arrived)
          if (difference !== undefined) {
            return yield* new MoveRefused({ reason: `what was written is not what was sent: ${difference}` })
          }
          yield* readyRestoredJobs()
          return arrived
        })

        const bring = Effect.fn("TenantMoves.bring")(
          function*(name: ArchiveName, moving: Moving) {
            const opened = yield* open(name, moving)
            const { header, manifest } = opened
            return yield* across(Effect.gen(function*() {
              const before = yield* findMove(moving.operation)
              if (before?.arrived != null) return before.arrived
              const { isNew, tenantId } = yield* arrivingAs(header, manifest)
              yield* beginReadings(manifest.readings, behindAllRead)
              const arrived = yield* Effect.gen(function*() {
                const arrived = yield* write(opened, moving)
                if (!isNew) return arrived
                const about = { slug: header.slug, operation: moving.operation }
                yield* audit.record({ action: "tenant.moved", subject: `tenant:${tenantId}`, detail: about })
                yield* outbox.publishAll([{ type: "tenant.moved", subject: tenantId, payload: about }])
                return arrived
              }).pipe(withTenant, asTenant(tenantId))
              yield* noteMove({ operation: moving.operation, slug: header.slug }, { archive: name, arrived })
              yield* adminAudit.record({
                action: "tenant.brought",
                subject: `tenant:${tenantId}`,
                detail: { name, operation: moving.operation, rows: rowsIn(arrived) }
              })
              return arrived
            })).pipe(Effect.catchDefect((defect) =>
              SqlError.isSqlError(defect) && defect.reason._tag === "UniqueViolation"
                ? new MoveRefused({ reason: "some of its rows are there already where it goes" })
                : Effect.die(defect)
            ))
          },
          Effect.catchTags({
            ArchiveDamaged: damaged,
            SealBroken: () =>
              new MoveRefused({ reason: "a secret in it was not sealed for this move" })
          })
        )

        const verify = Effect.fn("TenantMoves.verify")((name: ArchiveName, moving: Moving) =>
          Effect.map(open(name, moving), ({ header }) => header.slug)
        )

        return TenantMoves.of({ pack, bring, verify })
      })
    )
}
