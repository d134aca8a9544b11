import { Effect } from "effect"
import { SqlClient } from "effect/sql"
import { DatabaseLoginRefused } from "./Problems.ts"

/**
 * Fails unless the session's login is one that row-level security holds back: no superuser, nobody with BYPASSRLS, no
 * owner of a table, neither itself nor through a role it may take; and unless it is a member of `innkeeper_app`,
 * where there is that role: the first migration makes it.
 */
export const verifyLogin = Effect.fn("verifyLogin")(function*() {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{
    login: string
    superuser: boolean
    bypasses: boolean
    owns: string | null
    member: boolean
    role: boolean
  }>`
    SELECT
      session_user::text AS login,
      bool_or(rolsuper) AS superuser,
      bool_or(rolbypassrls) AS bypasses,
      bool_or(rolname = 'innkeeper_app') AS member,
      EXISTS (SELECT FROM pg_roles WHERE rolname = 'innkeeper_app') AS role,
      (SELECT min(relname) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
          AND pg_has_role(session_user, relowner, 'MEMBER')) AS owns
    FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER')`.pipe(Effect.orDie)
  const { bypasses, login, member, owns, role, superuser } = row!
  const reason = superuser
    ? "is a superuser, whom row-level security does not hold back"
    : bypasses
    ? "has BYPASSRLS, so row-level security does not hold it back"
    : owns !== null
    ? `owns "${owns}", and an owner can switch row-level security off`
    : role && !member
    ? "is not a member of innkeeper_app"
    : undefined
  if (reason !== undefined) return yield* new DatabaseLoginRefused({ login, reason })
})
