import { Context } from "effect"
import type { SqlClient } from "effect/sql"

/** The database as its owner, who migrates it. Row-level security does not hold back a superuser: no request sees it. */
export class OwnerSql extends Context.Service<OwnerSql, SqlClient.SqlClient>()("database/OwnerSql") {}
