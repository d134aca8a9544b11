import { Effect, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"

const Found = Schema.Struct({ id: Schema.String, expiresAt: Schema.DateTimeUtcFromDate })
const decodeFound = Schema.decodeUnknownEffect(Schema.Array(Found))

/** Keeps a session for so many seconds, and forgets those that are over. Within `withPlatform`, as all of this file. */
export const insertAdminSession = Effect.fnUntraced(function*(session: {
  readonly id: string
  readonly tokenHash: Uint8Array
  readonly seconds: number
  readonly ip: string | null
}) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM admin_session WHERE expires_at < now()`
  yield* sql`
    INSERT INTO admin_session (token_hash, id, ip, expires_at)
    VALUES (${session.tokenHash}, ${session.id}, ${session.ip}, now() + make_interval(secs => ${session.seconds}))`
})

export const findAdminSession = Effect.fnUntraced(function*(tokenHash: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT id, expires_at AS "expiresAt" FROM admin_session
    WHERE token_hash = ${tokenHash} AND expires_at > now()`
  return Option.fromNullishOr((yield* decodeFound(rows))[0])
})

export const deleteAdminSession = Effect.fnUntraced(function*(tokenHash: Uint8Array) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DELETE FROM admin_session WHERE token_hash = ${tokenHash}`
})
