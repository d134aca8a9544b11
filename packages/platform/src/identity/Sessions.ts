import type { TenantId, TenantSlug } from "@innkeeper/config"
import { asTenant, CurrentTenant, withPlatform, withTenant } from "@innkeeper/database"
import { Context, Duration, Effect, Layer, Option, type Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { scopesOf } from "../access/Access.ts"
import { Principal } from "../access/Authorization.ts"
import { Unauthorized } from "../access/Problems.ts"
import { Audit } from "../audit/Audit.ts"
import { Mailer } from "../mail/Mailer.ts"
import { hashToken, randomToken } from "../secrets/tokens.ts"
import { notServed, type TenantNotServed } from "../tenant/TenantNotServed.ts"
import { findTenants } from "../tenant/TenantStore.ts"
import { Passwords } from "./Passwords.ts"
import { OrganisationNeeded } from "./SessionApi.ts"
import {
  deleteSession,
  findHolder,
  findSession,
  findShutTenant,
  insertMagicLink,
  insertSession,
  takeMagicLink,
  touchSession
} from "./SessionStore.ts"
import { Actor, type User, type UserId } from "./User.ts"
import { type Account, findAccounts, findPasswordHash } from "./UserStore.ts"

const wrong = new Unauthorized({ detail: "The address or the password is wrong" })

const usedUp = new Unauthorized({ detail: "This link was used already or is too old. Ask for a new one." })

/** Who comes in; by a link, no password counts. */
type Entering = Pick<Account, "name" | "userId"> & Partial<Pick<Account, "passwordHash">>

const linkLifetime = Duration.minutes(15)
const invitationLifetime = Duration.days(7)

/** Sessions of the web UI. A token is told once and only its hash is kept. */
export class Sessions extends Context.Service<Sessions, {
  /** Opens a session for an address and its password. */
  readonly signIn: (credentials: {
    readonly email: string
    readonly password: Redacted.Redacted<string>
    readonly organisation?: TenantSlug | undefined
  }) => Effect.Effect<string, Unauthorized | OrganisationNeeded | TenantNotServed>
  /**
   * Mails a link to sign in to every account of the address, or to that in the organisation; says nothing about whether
   * there is one.
   */
  readonly mailMagicLink: (email: string, organisation?: TenantSlug) => Effect.Effect<void>
  /** Makes a link by which a person of the current tenant comes in for the first time. */
  readonly makeInvitation: (userId: UserId) => Effect.Effect<string, never, CurrentTenant>
  /** Mails an invitation. One that cannot be sent is logged: its link can be given in another way. */
  readonly mailInvitation: (
    to: Pick<User, "email" | "name">,
    link: string
  ) => Effect.Effect<void, never, CurrentTenant>
  /** Whether a person of the current tenant has this password. */
  readonly checkPassword: (
    userId: UserId,
    password: Redacted.Redacted<string>
  ) => Effect.Effect<boolean, never, CurrentTenant>
  /** Opens a session for the holder of a link, of whichever organisation or of the one named. */
  readonly redeem: (token: string, organisation?: TenantSlug) => Effect.Effect<string, Unauthorized | TenantNotServed>
  /** Who holds a session token. */
  readonly find: (token: string) => Effect.Effect<Option.Option<Principal>, TenantNotServed>
  /** Ends the session of a token, also where it lets nobody in any more. */
  readonly end: (token: string) => Effect.Effect<void>
}>()("platform/Sessions") {
  static readonly layer = (options: { readonly publicUrl: string }) =>
    Layer.effect(
      Sessions,
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const audit = yield* Audit
        const passwords = yield* Passwords
        const mailer = yield* Mailer

        const provide = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
          effect.pipe(Effect.provideService(SqlClient.SqlClient, sql), Effect.orDie)
        const scoped = <A, E, R>(effect: Effect.Effect<A, E, R>) => provide(withTenant(effect))
        const across = <A, E, R>(name: string, effect: Effect.Effect<A, E, R>) => provide(withPlatform(name)(effect))

        /** Opens a session for who may still sign in, with the password that was verified where it was one. */
        const open = Effect.fnUntraced(function*(who: Entering, how: string, refusal: Unauthorized) {
          const { name, passwordHash, userId } = who
          const token = randomToken()
          const opened = yield* scoped(Effect.gen(function*() {
            if (!(yield* insertSession(hashToken(token), userId, passwordHash))) return false
            yield* audit.record({
              action: "session.opened",
              subject: `user:${userId}`,
              detail: { how },
              actor: new Actor({ kind: "user", id: userId, name })
            })
            return true
          }))
          return opened ? token : yield* refusal
        })

        const refuse = (account: Account) =>
          audit.record({
            action: "session.refused",
            subject: `user:${account.userId}`,
            detail: {},
            actor: new Actor({ kind: "user", id: account.userId, name: account.name })
          }).pipe(
            asTenant(account.tenantId),
            Effect.catchDefect((defect) => Effect.logWarning("A refused sign-in could not be put on record", defect))
          )

        const signIn = Effect.fn("Sessions.signIn")(
          function*(credentials: {
            readonly email: string
            readonly password: Redacted.Redacted<string>
            readonly organisation?: TenantSlug | undefined
          }) {
            const { email, organisation, password } = credentials
            const accounts = yield* across("accounts of an address", findAccounts(email, organisation))
            if (accounts.length === 0) {
              yield* passwords.verify(null, password)
              return yield* wrong
            }
            // At once: one after another would tell in how many organisations there is such an account.
            const matching = yield* Effect.filter(
              accounts,
              (account) => passwords.verify(account.passwordHash, password),
              { concurrency: "unbounded" }
            )
            const [account] = matching
            if (account === undefined) {
              // Not waited for: how long it takes would tell whether there is such an account.
              yield* Effect.forkDetach(Effect.forEach(accounts, refuse, { discard: true }))
              return yield* wrong
            }
            const served = matching.filter(({ tenantState }) => tenantState === "active")
            if (served.length > 1) return yield* new OrganisationNeeded()
            const entered = served[0] ?? account
            const refusal = notServed({ name: entered.tenantName, state: entered.tenantState })
            if (refusal !== undefined) return yield* refusal
            return yield* open(entered, "password", wrong).pipe(asTenant(entered.tenantId))
          }
        )

        const makeMagicLink = Effect.fnUntraced(
          function*(userId: UserId, lifetime: Duration.Duration) {
            const token = randomToken()
            yield* scoped(insertMagicLink(hashToken(token), userId, Duration.toSeconds(lifetime)))
            return `${options.publicUrl}/sign-in/link#${token}`
          }
        )

        const mail = (tenantId: TenantId, to: string, subject: string, text: string) =>
          mailer.send({
            tenantId,
            to,
            subject,
            text,
            messageId: `<${SecureRandom.uuidV7Unsafe()}@${new URL(options.publicUrl).hostname}>`
          }).pipe(
            Effect.timeoutOrElse({
              duration: "30 seconds",
              orElse: () => Effect.fail({ answer: "too many mails wait for the mail server" })
            }),
            Effect.catch((error) => Effect.logWarning("A sign-in link could not be mailed", error.answer))
          )

        const mailMagicLink = Effect.fn("Sessions.mailMagicLink")(function*(email: string, organisation?: TenantSlug) {
          const accounts = yield* across("accounts of an address", findAccounts(email, organisation))
          const served = accounts.filter(({ tenantState }) => tenantState === "active")
          yield* Effect.forEach(served, (account) =>
            Effect.gen(function*() {
              const link = yield* makeMagicLink(account.userId, linkLifetime).pipe(asTenant(account.tenantId))
              yield* mail(
                account.tenantId,
                account.email,
                "Your link to sign in to Innkeeper",
                `${account.name}, sign in to ${account.tenantSlug} with this link. It works once, for 15 minutes:\n\n` +
                  `${link}\n\nIf you did not ask for it, ignore this mail: nobody gets in without it.`
              )
            }), { discard: true })
        })

        const makeInvitation = Effect.fn("Sessions.makeInvitation")((userId: UserId) =>
          makeMagicLink(userId, invitationLifetime)
        )

        const mailInvitation = Effect.fn("Sessions.mailInvitation")(
          function*({ email, name }: Pick<User, "email" | "name">, link: string) {
            const { id } = yield* CurrentTenant
            const [tenant] = yield* scoped(findTenants({ id }))
            yield* mail(
              id,
              email,
              `${tenant?.name ?? "Your organisation"} invites you to Innkeeper`,
              `${name}, you can be paged by Innkeeper from now on. Come in with this link and set a password under ` +
                `Settings. It works once, for a week:\n\n${link}`
            )
          }
        )

        const checkPassword = Effect.fn("Sessions.checkPassword")(
          function*(userId: UserId, password: Redacted.Redacted<string>) {
            const stored = yield* scoped(findPasswordHash(userId))
            // Somebody who came by a link and has no password yet sets the first one.
            return Option.isNone(stored) || (yield* passwords.verify(stored.value, password))
          }
        )

        const redeem = Effect.fn("Sessions.redeem")(function*(token: string, organisation?: TenantSlug) {
          const taken = yield* across("magic link", takeMagicLink(hashToken(token), organisation))
          if (Option.isNone(taken)) {
            const shut = yield* across("tenant of a magic link", findShutTenant(hashToken(token)))
            const refusal = shut === undefined ? undefined : notServed(shut)
            return yield* (refusal ?? usedUp)
          }
          return yield* open(taken.value, "magic link", usedUp).pipe(asTenant(taken.value.tenantId))
        })

        const find = Effect.fn("Sessions.find")(function*(token: string) {
          const tokenHash = hashToken(token)
          const found = yield* across("session by token", findSession(tokenHash))
          if (Option.isNone(found)) return Option.none()
          const { idle, name, platformAdmin, role, tenantId, tenantName, tenantState, userId } = found.value
          const refusal = notServed({ name: tenantName, state: tenantState })
          if (refusal !== undefined) return yield* refusal
          if (idle > 60) yield* across("session used", touchSession(tokenHash))
          return Option.some(
            new Principal({ kind: "user", id: userId, tenantId, name, role, scopes: scopesOf[role], platformAdmin })
          )
        })

        const end = Effect.fn("Sessions.end")(function*(token: string) {
          const tokenHash = hashToken(token)
          const holder = yield* across("session to end", findHolder(tokenHash))
          if (Option.isNone(holder)) return
          const { name, tenantId, userId } = holder.value
          yield* scoped(Effect.gen(function*() {
            if (!(yield* deleteSession(tokenHash))) return
            yield* audit.record({
              action: "session.closed",
              subject: `user:${userId}`,
              detail: {},
              actor: new Actor({ kind: "user", id: userId, name })
            })
          })).pipe(asTenant(tenantId))
        })

        return Sessions.of({
          signIn,
          mailMagicLink,
          makeInvitation,
          mailInvitation,
          checkPassword,
          redeem,
          find,
          end
        })
      })
    )
}
