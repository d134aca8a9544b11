import { PgClient } from "@effect/sql-pg"
import { Effect } from "effect"

/**
 * One session beside the pool that sees every tenant's rows, as `withPlatform` does, for statements that come so often that
 * a transaction around each would cost more than they do. Each statement is a transaction of its own; several are on their
 * way at once, and are done one after the other. `settings` hold for the session.
 */
export const platformSql = Effect.fnUntraced(function*(settings: Readonly<Record<string, string>> = {}) {
  const { config } = yield* PgClient.PgClient
  return yield* PgClient.make({
    ...config,
    multiplex: true,
    maxConnections: 1,
    startupParameters: { ...config.startupParameters, ...settings, role: "innkeeper_platform" }
  })
})
