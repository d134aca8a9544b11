import { assert, layer } from "@effect/vitest"
import { TestDatabase } from "@innkeeper/testkit"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { isolationGaps } from "./Catalogue.ts"
import type { MigrationSet } from "./MigrationSet.ts"
import { OwnerSql } from "./OwnerSql.ts"
import { tenantTable } from "./TenantTable.ts"

const tables: MigrationSet = {
  table: "tables_migrations",
  migrations: {
    "0001_tables": Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* sql`CREATE TABLE parent (id uuid NOT NULL)`
      yield* tenantTable("parent")
      yield* sql`CREATE TABLE child (id uuid NOT NULL, parent_id uuid NOT NULL)`
      yield* tenantTable("child")
      yield* sql`ALTER TABLE child ADD FOREIGN KEY (tenant_id, parent_id) REFERENCES parent (tenant_id, id)`
      yield* sql`CREATE VIEW seen WITH (security_invoker = true) AS SELECT * FROM child`
    })
  }
}

/** What is found after the statement, which is then undone. */
const after = Effect.fnUntraced(function*(statement: string) {
  const owner = yield* OwnerSql
  const seen = yield* Effect.flip(owner.withTransaction(Effect.gen(function*() {
    yield* Effect.forEach(statement.split("; "), (part) => owner.unsafe(part))
    return yield* Effect.fail(yield* Effect.provideService(isolationGaps(), SqlClient.SqlClient, owner))
  })))
  return Array.isArray(seen) ? seen : [String(seen)]
})

const breaks: ReadonlyArray<readonly [statement: string, gap: RegExp]> = [
  ["ALTER TABLE child DISABLE ROW LEVEL SECURITY", /^child does not enable/],
  ["ALTER TABLE child NO FORCE ROW LEVEL SECURITY", /^child does not force/],
  ["DROP POLICY tenant ON child", /^child has no policy/],
  ["CREATE POLICY open ON child USING (true)", /^the policy open of child does not compare/],
  ["ALTER POLICY tenant ON child WITH CHECK (true)", /^the policy tenant of child does not compare/],
  ["ALTER POLICY platform ON child TO PUBLIC", /^the policy platform of child does not compare/],
  ["GRANT innkeeper_platform TO innkeeper_app WITH INHERIT TRUE", /^the policy platform of child does not compare/],
  ["ALTER TABLE child DROP CONSTRAINT child_pkey", /^the primary key of child does not begin/],
  ["CREATE TABLE stray (tenant_id uuid)", /^stray does not enable/],
  ["CREATE TABLE stray (tenant_id uuid)", /^stray may hold rows without a tenant/],
  [
    "ALTER TABLE parent ADD UNIQUE (id); ALTER TABLE child ADD FOREIGN KEY (parent_id) REFERENCES parent (id)",
    /foreign key/
  ],
  ["CREATE VIEW leak AS SELECT * FROM child", /^the view leak runs/],
  ["CREATE MATERIALIZED VIEW leak AS SELECT * FROM child", /^the materialized view leak/],
  [
    "CREATE FUNCTION leak() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM child'",
    /^the function leak/
  ],
  ["ALTER TABLE child OWNER TO innkeeper_app", /^innkeeper_app owns child/],
  ["ALTER TABLE child OWNER TO innkeeper_removal", /^innkeeper_removal owns child/],
  ["ALTER ROLE innkeeper_removal BYPASSRLS", /^innkeeper_removal is a superuser or has BYPASSRLS/],
  ["ALTER ROLE innkeeper_app BYPASSRLS", /^innkeeper_app is a superuser or has BYPASSRLS/]
]

layer(TestDatabase.layer([tables]))("isolationGaps", (it) => {
  it.effect("finds none in tables made by tenantTable", () =>
    Effect.map(isolationGaps(), (gaps) => assert.deepStrictEqual(gaps, [])))

  for (const [statement, gap] of breaks) {
    it.effect(`finds what this opens: ${statement}`, () =>
      Effect.map(after(statement), (gaps) => assert.isTrue(gaps.some((found) => gap.test(found)), gaps.join("\n"))))
  }
})
