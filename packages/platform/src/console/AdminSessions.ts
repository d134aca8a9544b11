import { withPlatform } from "@innkeeper/database"
import { Context, type DateTime, Duration, Effect, Layer, Option, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { createHmac, timingSafeEqual } from "node:crypto"
import { Unauthorized, Unavailable } from "../access/Problems.ts"
import { RequestInfo } from "../edge/RequestInfo.ts"
import { hashToken, randomToken } from "../secrets/tokens.ts"
import { AdminActor } from "./AdminActor.ts"
import { AdminAudit } from "./AdminAudit.ts"
import { deleteAdminSession, findAdminSession, insertAdminSession } from "./AdminSessionStore.ts"

/** How long a session of the console lasts, used or not. */
export const adminSessionLifetime = Duration.hours(8)

/** A session of the console that is open. */
export interface AdminSession {
  readonly id: string
  readonly expiresAt: DateTime.Utc
}

const unavailable = new Unavailable({ detail: "This installation has no admin token: set INNKEEPER_ADMIN_TOKEN" })

/**
 * The platform's admin token, and the sessions that are opened with it.
 *
 * A session's token is told once and kept as its HMAC under the admin token's hash: another admin token ends all sessions.
 */
export class AdminSessions extends Context.Service<AdminSessions, {
  /** Compares in constant time; 503 while the installation has no admin token. */
  readonly check: (token: Redacted.Redacted<string>) => Effect.Effect<void, Unauthorized | Unavailable>
  /** Opens a session for the admin token; gives the session's own. */
  readonly open: (token: Redacted.Redacted<string>) => Effect.Effect<string, Unauthorized | Unavailable>
  readonly find: (sessionToken: string) => Effect.Effect<Option.Option<AdminSession>>
  readonly end: (sessionToken: string) => Effect.Effect<void>
}>()("platform/AdminSessions") {
  /** `token` is the platform's admin token. */
  static readonly layer = (options: { readonly token: Redacted.Redacted<string> | undefined }) =>
    Layer.effect(
      AdminSessions,
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const audit = yield* AdminAudit
        const expected = options.token === undefined ? undefined : hashToken(Redacted.value(options.token))
        const across = <A, E, R>(name: string, effect: Effect.Effect<A, E, R>) =>
          withPlatform(name)(effect).pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)
        const hashSession = (key: Uint8Array, sessionToken: string): Uint8Array =>
          createHmac("sha256", key).update(sessionToken).digest()

        const check = Effect.fn("AdminSessions.check")(function*(token: Redacted.Redacted<string>) {
          if (expected === undefined) return yield* unavailable
          // Hashes have one length, so the comparison tells nothing of the token's.
          if (timingSafeEqual(hashToken(Redacted.value(token)), expected)) return
          const { ip } = yield* RequestInfo
          if (Redacted.value(token) !== "") {
            yield* Effect.logWarning("A wrong admin token was sent").pipe(Effect.annotateLogs({ ip }))
          }
          return yield* new Unauthorized({ detail: "This is not the admin token" })
        })

        const open = Effect.fn("AdminSessions.open")(function*(token: Redacted.Redacted<string>) {
          if (expected === undefined) return yield* unavailable
          const { ip } = yield* RequestInfo
          yield* check(token).pipe(
            Effect.tapErrorTag("Unauthorized", () =>
              audit.record({
                action: "admin-session.refused",
                subject: null,
                detail: {},
                actor: new AdminActor({ kind: "session", sessionId: null })
              }))
          )
          const id = SecureRandom.uuidV7Unsafe()
          const sessionToken = randomToken()
          yield* across(
            "admin session",
            Effect.gen(function*() {
              yield* insertAdminSession({
                id,
                tokenHash: hashSession(expected, sessionToken),
                seconds: Duration.toSeconds(adminSessionLifetime),
                ip
              })
              yield* audit.record({
                action: "admin-session.opened",
                subject: null,
                detail: {},
                actor: new AdminActor({ kind: "session", sessionId: id })
              })
            })
          )
          return sessionToken
        })

        const find = Effect.fn("AdminSessions.find")((sessionToken: string) =>
          expected === undefined
            ? Effect.succeedNone
            : across("admin session", findAdminSession(hashSession(expected, sessionToken)))
        )

        const end = Effect.fn("AdminSessions.end")(function*(sessionToken: string) {
          if (expected === undefined) return
          const session = yield* find(sessionToken)
          if (Option.isNone(session)) return
          yield* across(
            "admin session",
            Effect.andThen(
              deleteAdminSession(hashSession(expected, sessionToken)),
              audit.record({
                action: "admin-session.closed",
                subject: null,
                detail: {},
                actor: new AdminActor({ kind: "session", sessionId: session.value.id })
              })
            )
          )
        })

        return AdminSessions.of({ check, open, find, end })
      })
    )
}
