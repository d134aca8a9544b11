import { Effect, Graph, Schema } from "effect"
import { SqlClient } from "effect/sql"

const Found = Schema.Struct({
  name: Schema.String,
  /** What is stored of a row, but for its tenant, in the table's order. */
  columns: Schema.Array(Schema.Struct({
    name: Schema.String,
    type: Schema.String,
    /** The table numbers its rows by it. */
    identity: Schema.Boolean
  })),
  /** Tables of tenants that its foreign keys lead to. */
  references: Schema.Array(Schema.String),
  /** Rows are only ever added to it. */
  appendOnly: Schema.Boolean
})
/** A table of tenants, as the catalogue of PostgreSQL knows it. */
export type TenantTable = typeof Found.Type
const decodeTables = Schema.decodeUnknownEffect(Schema.Array(Found))

/** All tables with a `tenant_id`, those first that others refer to. Foreign keys in a circle are a defect. */
export const findTenantTables = Effect.fn("findTenantTables")(function*() {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* decodeTables(
    yield* sql`
      SELECT c.relname::text AS name, NOT has_table_privilege('innkeeper_app', c.oid, 'UPDATE') AS "appendOnly",
        (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'identity', a.attidentity <> '')
            ORDER BY a.attnum), '[]')
          FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            AND a.attname <> 'tenant_id') AS columns,
        (SELECT coalesce(jsonb_agg(DISTINCT target.relname), '[]')
          FROM pg_constraint k JOIN pg_class target ON target.oid = k.confrelid
          WHERE k.conrelid = c.oid AND k.contype = 'f' AND target.oid <> c.oid
            AND target.relname <> 'tenant') AS references
      FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND EXISTS (
          SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
      ORDER BY c.relname`
  )
  return parentsFirst(tables)
}, Effect.orDie)

/** In an order in which each table comes after those that it refers to. */
const parentsFirst = (tables: ReadonlyArray<TenantTable>) => {
  const references = Graph.directed<TenantTable, null>((graph) => {
    const nodes = new Map(tables.map((table) => [table.name, Graph.addNode(graph, table)]))
    for (const { name, references } of tables) {
      for (const target of references) Graph.addEdge(graph, nodes.get(target)!, nodes.get(name)!, null)
    }
  })
  return [...Graph.values(Graph.topo(references))]
}

/** The newest migration of each set, by the name of its table. */
export const schemaVersion = Effect.fn("schemaVersion")(function*() {
  const sql = yield* SqlClient.SqlClient
  const sets = yield* sql<{ name: string }>`
    SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE '%\\_migrations' AND a.attname = 'migration_id'
      AND has_table_privilege(c.oid, 'SELECT')
    ORDER BY c.relname`
  const newest = yield* Effect.forEach(sets, ({ name }) =>
    Effect.map(
      sql<{ id: number }>`SELECT coalesce(max(migration_id), 0) AS id FROM ${sql(name)}`,
      ([row]): readonly [string, number] => [name, row!.id]
    ))
  return Object.fromEntries(newest)
}, Effect.orDie)
