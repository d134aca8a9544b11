import { assert, layer } from "@effect/vitest"
import { asTenant, findTenantTables, isolationGaps, OwnerSql } from "@innkeeper/database"
import { TenantArchive, Tenants } from "@innkeeper/platform"
import { Effect, Layer, Option, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { readFileSync } from "node:fs"
import { parse } from "yaml"
import { loadDemo } from "./demo/Demo.ts"
import { playStory } from "./demo/playStory.ts"
import { SetupDocument } from "./setup/SetupDocument.ts"
import { groundLayer, useCasesLayer } from "./testing.fixture.ts"

const text = readFileSync(new URL("../../../demo/demo.yaml", import.meta.url), "utf8")
const document = Schema.decodeUnknownSync(SetupDocument, { onExcessProperty: "error" })(parse(text))

layer(Layer.provideMerge(useCasesLayer, groundLayer), { timeout: "60 seconds" })("the archive of a tenant", (it) => {
  it.effect("gives back a tenant's people, schedules, incidents and logs as they were", () =>
    Effect.gen(function*() {
      const [archive, owner] = [yield* TenantArchive, yield* OwnerSql]
      yield* loadDemo({ document, password: Redacted.make("a password for the demo") })
      const tenant = Option.getOrThrow(yield* (yield* Tenants).bySlug(document.tenant.slug))
      yield* playStory({ patience: 0 }).pipe(asTenant(tenant.id))

      const tables = yield* Effect.provideService(findTenantTables(), SqlClient.SqlClient, owner)
      const rows = Effect.forEach(tables, ({ name }) =>
        owner<{ row: string }>`
          SELECT row_to_json(t)::text AS row FROM ${owner(name)} t WHERE tenant_id = ${tenant.id} ORDER BY 1`)
      const before = yield* rows
      assert.isAbove(before.flat().length, 100)
      const filled = tables.filter((_, index) => before[index]!.length > 0).map(({ name }) => name)
      assert.includeMembers(filled, [
        "user_account",
        "service",
        "incident",
        "timeline_entry",
        "audit_entry",
        "outbox_event"
      ])

      const { name, rows: archived } = yield* archive.write(tenant.id)
      assert.strictEqual(archived, before.flat().length)
      assert.deepStrictEqual(yield* archive.remove(tenant.id), { rows: archived })
      assert.deepStrictEqual((yield* rows).flat(), [])
      yield* archive.restore(name, tenant.id)
      assert.deepStrictEqual(yield* rows, before)
    }))

  it.effect("leaves no gap in the isolation of tenants", () =>
    Effect.map(isolationGaps(), (gaps) => assert.deepStrictEqual(gaps, [])))
})
