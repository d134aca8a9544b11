import { TenantId } from "@innkeeper/config"
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { TenantState } from "../lifecycle/TenantOperation.ts"
import type { ArchiveName } from "./ArchiveStorage.ts"

const Row = Schema.Struct({
  id: TenantId,
  state: TenantState,
  archive: Schema.NullOr(Schema.String),
  isUnderWay: Schema.Boolean,
  endedAt: Schema.NullOr(Schema.DateTimeUtcFromDate)
})
const decodeRows = Schema.decodeUnknownEffect(Schema.Array(Row))

/** Within `withPlatform`, as all of this file: the tenant with the slug. Nobody else begins anything with it until the transaction ends. */
export const lockArchived = Effect.fnUntraced(function*(slug: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT tenant.id, tenant.state, provisioning.archive,
      EXISTS (SELECT FROM tenant_operation WHERE slug = tenant.slug AND finished_at IS NULL) AS "isUnderWay",
      (SELECT max(finished_at) FROM tenant_operation WHERE slug = tenant.slug) AS "endedAt"
    FROM tenant LEFT JOIN tenant_provisioning provisioning ON provisioning.slug = tenant.slug
    WHERE tenant.slug = ${slug} FOR NO KEY UPDATE OF tenant`
  return (yield* decodeRows(rows))[0]
})

/** Writes down that there is nothing any more from which the tenant could be restored, if it was this archive. */
export const forgetArchive = Effect.fnUntraced(function*(slug: string, name: ArchiveName) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE tenant_provisioning SET archive = NULL WHERE slug = ${slug} AND archive = ${name}`
})
