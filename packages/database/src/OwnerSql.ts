import { PgClient } from "@effect/sql-pg"
import { Context, Layer } from "effect"
import { Reactivity } from "effect/reactivity"
import type { SqlClient } from "effect/sql"

/** The database as its owner, who migrates it. Row-level security does not hold back a superuser: no request sees it. */
export class OwnerSql extends Context.Service<OwnerSql, SqlClient.SqlClient>()("database/OwnerSql") {
  static readonly layer = (config: PgClient.PgPoolConfig) =>
    Layer.effect(OwnerSql, PgClient.make({ maxConnections: 2, ...config, applicationName: "innkeeper-owner" })).pipe(
      Layer.provide(Reactivity.layer)
    )
}
