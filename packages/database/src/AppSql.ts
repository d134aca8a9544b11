import { PgClient } from "@effect/sql-pg"

/** What a session of the app may take at most; PostgreSQL ends the statement or the session that takes longer. */
const limits = {
  statement_timeout: "15s",
  lock_timeout: "5s",
  idle_in_transaction_session_timeout: "30s"
}

/** A pool of the app's login. Row-level security applies to it: reach tenants' rows through `withTenant`. */
export const appSql = (config: PgClient.PgPoolConfig) =>
  PgClient.make({
    applicationName: "innkeeper",
    // Statements outside of transactions share connections and writes.
    multiplex: true,
    ...config,
    startupParameters: { ...limits, ...config.startupParameters }
  })

/** The pool as `SqlClient` and `PgClient`. */
export const appSqlLayer = (config: PgClient.PgPoolConfig) => PgClient.layerFrom(appSql(config))
