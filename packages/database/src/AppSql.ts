import { PgClient } from "@effect/sql-pg"

/** What a session of the app may take at most; PostgreSQL ends the statement or the session that takes longer. */
const limits = {
  statement_timeout: "15s",
  lock_timeout: "5s",
  idle_in_transaction_session_timeout: "30s"
}

/**
 * Disks without arms: a page found by an index costs hardly more than the next one. With PostgreSQL's 4 the planner reads a
 * whole table of a hundred pages where a handful of rows is asked for.
 */
const planner = { random_page_cost: "1.1" }

/**
 * Silence after which TCP asks whether the other end is still there, ten times within ten seconds. A session that only
 * listens would never notice that a network has dropped its connection without a word.
 */
const keepAlive = "30 seconds"

/**
 * Bytes of an answer's row, at most. A longer one ends its connection, and would do so again at each try: what can be stored,
 * such as the result of an activity, has to be read again.
 */
const maxMessageSize = 256 * 1024 * 1024

/** A pool of the app's login. Row-level security applies to it: reach tenants' rows through `withTenant`. */
export const appSql = (config: PgClient.PgPoolConfig) =>
  PgClient.make({
    applicationName: "innkeeper",
    // Statements outside of transactions share connections and writes.
    multiplex: true,
    keepAlive,
    maxMessageSize,
    ...config,
    startupParameters: { ...limits, ...planner, ...config.startupParameters }
  })

/** The pool as `SqlClient` and `PgClient`. */
export const appSqlLayer = (config: PgClient.PgPoolConfig) => PgClient.layerFrom(appSql(config))
