import { tenantTable } from "@innkeeper/database"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Where a tenant's events are sent, what was sent, and each attempt at it. */
export const webhookTables = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE webhook_endpoint (
      id uuid NOT NULL,
      url text NOT NULL,
      description text NOT NULL,
      event_types jsonb NOT NULL,
      secret_sealed text NOT NULL,
      old_secret_sealed text,
      old_secret_until timestamptz,
      disabled_at timestamptz,
      disabled_because text CHECK (disabled_because IN ('by-hand', 'failing', 'gone')),
      failing_since timestamptz,
      last_success_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      CHECK ((disabled_at IS NULL) = (disabled_because IS NULL)),
      CHECK ((old_secret_sealed IS NULL) = (old_secret_until IS NULL))
    )`
  yield* tenantTable("webhook_endpoint")

  yield* sql`
    CREATE TABLE webhook_delivery (
      id uuid NOT NULL,
      endpoint_id uuid NOT NULL,
      event_id uuid NOT NULL,
      type text NOT NULL,
      body text NOT NULL,
      state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
      dead_because text CHECK (dead_because IN ('exhausted', 'gone', 'disabled')),
      attempts integer NOT NULL DEFAULT 0,
      tries integer NOT NULL DEFAULT 0,
      next_attempt_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      CHECK ((state = 'dead') = (dead_because IS NOT NULL)),
      CHECK ((state = 'pending') = (finished_at IS NULL)),
      CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL))
    )`
  yield* tenantTable("webhook_delivery")
  yield* sql`
    ALTER TABLE webhook_delivery
      ADD FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoint (tenant_id, id) ON DELETE CASCADE`
  // One event goes to an endpoint once, however often its consumer sees it.
  yield* sql`CREATE UNIQUE INDEX ON webhook_delivery (tenant_id, endpoint_id, event_id)`
  yield* sql`CREATE INDEX ON webhook_delivery (tenant_id, endpoint_id, id DESC)`
  yield* sql`CREATE INDEX ON webhook_delivery (tenant_id, endpoint_id, id) WHERE state <> 'delivered'`
  yield* sql`CREATE INDEX ON webhook_delivery (finished_at) WHERE state <> 'pending'`
  yield* sql`CREATE INDEX ON webhook_delivery (next_attempt_at) WHERE state = 'pending'`

  yield* sql`
    CREATE TABLE webhook_attempt (
      delivery_id uuid NOT NULL,
      number integer NOT NULL,
      at timestamptz NOT NULL,
      status integer,
      milliseconds integer NOT NULL,
      answer text NOT NULL
    )`
  yield* tenantTable("webhook_attempt", { key: ["delivery_id", "number"] })
  yield* sql`
    ALTER TABLE webhook_attempt
      ADD FOREIGN KEY (tenant_id, delivery_id) REFERENCES webhook_delivery (tenant_id, id) ON DELETE CASCADE`
})
