import { assert, layer } from "@effect/vitest"
import { TenantSlug } from "@innkeeper/config"
import { withPlatform } from "@innkeeper/database"
import { WorkflowRuns } from "@innkeeper/runtime"
import { pooledTenant } from "@innkeeper/testkit"
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { AdminActor } from "../console/AdminActor.ts"
import { consoleLayer } from "../console/Console.fixture.ts"
import { findConfigs } from "../tenant/TenantConfigStore.ts"
import { once, operate, stateOf, succeed } from "./Lifecycle.fixture.ts"
import { insertOperation } from "./OperationStore.ts"
import { OperationId } from "./TenantOperation.ts"
import { RunTenantOperation } from "./TenantOperationWorkflow.ts"

layer(consoleLayer, { excludeTestServices: true, timeout: "60 seconds" })("operations that nobody works on", (it) => {
  it.effect("are begun, when a process ended between their commit and their start", () =>
    Effect.gen(function*() {
      const slug = "acme"
      yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
      const [row] = yield* withPlatform("test")(findConfigs(TenantSlug.make(slug)))
      const id = OperationId.make(SecureRandom.uuidV7Unsafe())
      const runId = yield* RunTenantOperation.executionId({ tenantId: row!.id, operationId: id })
      yield* withPlatform("test")(insertOperation({
        id,
        slug: TenantSlug.make(slug),
        request: { kind: "suspend" },
        steps: [{ _tag: "State", to: "suspended" }],
        before: { state: "active", version: 1, config: row!.stored, built: null, service: "active" },
        actor: new AdminActor({ kind: "token", sessionId: null }),
        runId
      }))
      yield* once(slug, "succeeded")
      assert.strictEqual(yield* stateOf(slug), "suspended")
    }))

  it.effect("are over, with all undone, when their run was cancelled among the runs", () =>
    Effect.gen(function*() {
      const slug = "globex"
      yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
      yield* operate(slug, { kind: "offboard" })
      const { runId } = yield* once(slug, "waiting")
      yield* (yield* WorkflowRuns).cancel(runId ?? "")
      yield* once(slug, "cancelled")
      assert.strictEqual(yield* stateOf(slug), "active")
    }))

  it.effect("are over, when their run has ended without a word", () =>
    Effect.gen(function*() {
      const slug = "initech"
      const sql = yield* SqlClient.SqlClient
      const { id } = yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
      yield* withPlatform("test")(sql`
        UPDATE tenant_operation SET status = 'running', finished_at = NULL, committed = true WHERE id = ${id}`)
      yield* once(slug, "cancelled")
      assert.strictEqual(yield* stateOf(slug), "active")
    }))
})
