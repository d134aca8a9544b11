import type { TenantId } from "@innkeeper/config"
import { asTenant, findTenantTables, schemaVersion, tenantWork, withRemoval, withSnapshot } from "@innkeeper/database"
import { readyRestoredJobs } from "@innkeeper/runtime"
import { Context, Effect, Layer, type Redacted, Schedule, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { NotFound } from "../access/Problems.ts"
import { AdminAudit } from "../console/AdminAudit.ts"
import { deriveKey } from "../secrets/SecretBox.ts"
import {
  type ArchiveHeader,
  archiveOf,
  differingSets,
  headerLine,
  linesOf,
  tableLine,
  verifiedHeader
} from "./ArchiveFile.ts"
import { archiveNameOf } from "./archiveNameOf.ts"
import { type ArchiveMissing, ArchiveName, ArchiveStorage, type ArchiveStorageFailed } from "./ArchiveStorage.ts"
import { headerNow } from "./headerNow.ts"
import { restoreRows } from "./restoreRows.ts"
import { deleteRows, hasRows, nextTransaction, planByKey, readRows } from "./TenantRowStore.ts"

/** The archive cannot be restored for this tenant; `reason` is a clause that says why. Nothing was changed. */
export class ArchiveRefused extends Schema.TaggedError<ArchiveRefused>()("ArchiveRefused", {
  name: ArchiveName,
  reason: Schema.String
}) {
  override get message() {
    return `The archive ${this.name} cannot be restored: ${this.reason}.`
  }
}

/** Rows that one transaction deletes. */
const deletedAtOnce = 2000

/**
 * All rows of one tenant: as a file, the file as rows again, and their end. The row of the registry is not among them, nor
 * are the cluster's messages, which go by the cluster's own retention.
 */
export class TenantArchive extends Context.Service<TenantArchive, {
  /** Archives the rows as they are at one moment, while others go on writing. `bytes` is the size of the file. */
  readonly write: (tenantId: TenantId) => Effect.Effect<
    { readonly name: ArchiveName; readonly rows: number; readonly bytes: number },
    NotFound | ArchiveStorageFailed
  >
  /** Writes the rows of an archive, all or none, for a tenant that has none but what is only ever added, as its audit log. */
  readonly restore: (
    name: ArchiveName,
    tenantId: TenantId
  ) => Effect.Effect<{ readonly rows: number }, ArchiveRefused | ArchiveMissing | ArchiveStorageFailed>
  /** Deletes the rows in many short transactions, also those that come meanwhile. */
  readonly remove: (tenantId: TenantId) => Effect.Effect<{ readonly rows: number }>
}>()("platform/TenantArchive") {
  /** `secret` is the installation's: it seals archives, and restores those that it sealed. */
  static readonly layer = (options: { readonly secret: Redacted.Redacted<string> }) =>
    Layer.effect(
      TenantArchive,
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const storage = yield* ArchiveStorage
        const audit = yield* AdminAudit
        const { explained } = yield* tenantWork
        const key = deriveKey(options.secret, "tenant-archive")
        const onSql = Effect.provideService(SqlClient.SqlClient, sql)
        const record = (action: string, tenantId: TenantId, detail: Schema.Json) =>
          audit.record({ action, subject: `tenant:${tenantId}`, detail })

        const writeSnapshot = Effect.gen(function*() {
          yield* planByKey
          const header = yield* headerNow
          const tables = Stream.flatMap(Stream.fromIterable(yield* findTenantTables()), (table) =>
            Stream.concat(Stream.make(tableLine(table)), readRows(table)))
          const { content, rows } = archiveOf(key, Stream.orDie(Stream.concat(Stream.make(headerLine(header)), tables)))
          const name = archiveNameOf(header)
          const bytes = yield* storage.write(name, content)
          return { name, rows: rows(), bytes }
        })

        const write = Effect.fn("TenantArchive.write")(function*(tenantId: TenantId) {
          const written = yield* writeSnapshot.pipe(
            withSnapshot,
            asTenant(tenantId),
            onSql,
            Effect.catchTags({ SqlError: Effect.die, SchemaError: Effect.die })
          )
          yield* record("tenant.archived", tenantId, { ...written })
          return written
        })

        /** Why rows of this archive cannot be the tenant's, or undefined. */
        const objection = Effect.fnUntraced(function*(header: ArchiveHeader, tenantId: TenantId) {
          if (header.id !== tenantId) {
            return `it is of another tenant, ${header.slug}`
          }
          const differing = differingSets(header.schema, yield* schemaVersion())
          if (differing.length > 0) {
            return `the tables have changed since it was written (${
              differing.join(", ")
            }); restore it with the version that wrote it`
          }
          if ((yield* nextTransaction) < header.transaction) {
            return "it was written in another database, which counts transactions further than this one"
          }
          for (const { appendOnly, name } of yield* findTenantTables()) {
            if (!appendOnly && (yield* hasRows(name))) {
              return `the tenant has rows in ${name}`
            }
          }
          return undefined
        })

        const inOneTransaction = explained(({ _tag }) =>
          _tag === "UniqueViolation" ? "some of its rows are there already" : undefined
        )
        const restore = Effect.fn("TenantArchive.restore")(function*(name: ArchiveName, tenantId: TenantId) {
          const lines = linesOf(storage.read(name))
          const rows = yield* Effect.gen(function*() {
            const header = yield* verifiedHeader(key, lines)
            return yield* inOneTransaction(Effect.gen(function*() {
              const reason = yield* objection(header, tenantId)
              if (reason !== undefined) {
                return yield* Effect.fail(reason)
              }
              const rows = yield* restoreRows(yield* findTenantTables(), lines)
              yield* readyRestoredJobs()
              return rows
            })).pipe(asTenant(tenantId))
          }).pipe(
            Effect.catchTag("ArchiveDamaged", () =>
              Effect.fail("it is not whole, or not as Innkeeper wrote it with this installation's secret")),
            Effect.mapError((error) =>
              typeof error === "string" ? new ArchiveRefused({ name, reason: error }) : error
            )
          )
          yield* record("tenant.restored", tenantId, { name, rows })
          return { rows }
        })

        const removeAll = Effect.fnUntraced(function*(tables: ReadonlyArray<{ readonly name: string }>) {
          let rows = 0
          for (const { name } of tables) {
            let gone: number
            do {
              gone = yield* withRemoval(Effect.andThen(planByKey, deleteRows(name, deletedAtOnce)))
              rows += gone
            } while (gone === deletedAtOnce)
          }
          return rows
        })

        const anyFilled = Effect.fnUntraced(function*(tables: ReadonlyArray<{ readonly name: string }>) {
          for (const { name } of tables) {
            if (yield* withRemoval(hasRows(name))) {
              return true
            }
          }
          return false
        })

        const remove = Effect.fn("TenantArchive.remove")(function*(tenantId: TenantId) {
          const childrenFirst = (yield* onSql(findTenantTables())).toReversed()
          if (!(yield* anyFilled(childrenFirst).pipe(asTenant(tenantId), onSql, Effect.orDie))) {
            return { rows: 0 }
          }
          yield* record("tenant.rows.removed", tenantId, {})
          // A row that came, or is just coming, after its table was emptied holds its parent: begin again with the children.
          const rows = yield* removeAll(childrenFirst).pipe(
            asTenant(tenantId),
            onSql,
            Effect.retry({
              while: (error) =>
                error.reason._tag === "ConstraintError" || error.reason._tag === "LockTimeoutError",
              schedule: Schedule.exponential("50 millis"),
              times: 8
            }),
            Effect.orDie
          )
          return { rows }
        })

        return TenantArchive.of({ write, restore, remove })
      })
    )
}
