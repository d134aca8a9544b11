import { PgClient } from "@effect/sql-pg"
import { Context, Layer } from "effect"
import { Reactivity } from "effect/reactivity"
import type { SqlClient } from "effect/sql"

/** The database as its owner, who migrates it. Row-level security does not hold back a superuser: no request sees it. */
export class OwnerSql extends Context.Service<OwnerSql, SqlClient.SqlClient>()("database/OwnerSql") {
  static readonly layer = (config: PgClient.PgPoolConfig) =>
    Layer.effect(OwnerSql, ownerSql(config)).pipe(Layer.provide(Reactivity.layer))
}

/** A pool of the owner's login. */
export const ownerSql = (config: PgClient.PgPoolConfig) =>
  PgClient.make({ applicationName: "innkeeper-owner", maxConnections: 2, ...config })
