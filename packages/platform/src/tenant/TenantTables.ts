import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/**
 * Versions of a tenant's configuration: 0 until one is entered, then one more with each change. What is entered has every
 * field that all tiers share, and says the slug and the name of its row; the rest is the schema's to check.
 */
export const tenantConfigColumns = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    ALTER TABLE tenant
      ADD COLUMN config_version integer NOT NULL DEFAULT 0 CHECK (config_version >= 0),
      ADD CHECK (
        config_version = 0 OR (
          config ?& ARRAY['tier', 'slug', 'name', 'domains', 'timeZone', 'features', 'mail', 'quotas']
          AND config->>'slug' = slug AND config->>'name' = name
        )
      )`
})
