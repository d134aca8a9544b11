import { isTimeZoneName } from "@innkeeper/config"
import { CurrentTenant, tenantWork } from "@innkeeper/database"
import { Context, Effect, Layer, Redacted, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { invalidField } from "../access/invalidField.ts"
import { Conflict, NotFound, type Unprocessable } from "../access/Problems.ts"
import { EmailAddress } from "../access/Text.ts"
import { makeChanged } from "../audit/makeChanged.ts"
import { OutgoingGuard } from "../edge/OutgoingGuard.ts"
import { SecretBox } from "../secrets/SecretBox.ts"
import { hashToken } from "../secrets/tokens.ts"
import { TenantTerms } from "../tenant/TenantTerms.ts"
import { newSecret } from "../webhook/signature.ts"
import { Passwords } from "./Passwords.ts"
import { deleteAccessOf } from "./SessionStore.ts"
import { shownAddress } from "./shownAddress.ts"
import { ContactMethod, ContactMethodId, User, UserId } from "./User.ts"
import type { NewContactMethod, NewUser, UserChange } from "./UserApi.ts"
import {
  countActiveUsers,
  deleteContactMethod,
  findUsers,
  holdPeople,
  holdPerson,
  insertContactMethod,
  insertUser,
  updateUser,
  writePasswordHash
} from "./UserStore.ts"
import { webhookPurpose } from "./WebhookSecrets.ts"

const gone = new NotFound({ resource: "user" })

/** Each of them gets every page of the person. */
const mostContactMethods = 20

const isActiveAdmin = ({ deactivatedAt, role }: User) => role === "admin" && deactivatedAt === null

/**
 * People of the current tenant, and how to reach them.
 *
 * @effect-expect-leaking CurrentTenant
 */
export class Users extends Context.Service<Users, {
  readonly list: Effect.Effect<ReadonlyArray<User>, never, CurrentTenant>
  readonly get: (id: UserId) => Effect.Effect<User, NotFound, CurrentTenant>
  /** `Conflict`: the address is taken, or the tenant's quota of people is used up. */
  readonly create: (
    user: typeof NewUser.Type & { readonly platformAdmin?: boolean }
  ) => Effect.Effect<User, Conflict | Unprocessable, CurrentTenant>
  /**
   * Changes what is given. Who is deactivated has no session and no link to sign in left. `Conflict`: the quota of people
   * is used up, or, where `adminStays`, no active admin would be left.
   */
  readonly update: (
    id: UserId,
    change: typeof UserChange.Type & { readonly platformAdmin?: boolean },
    options?: { readonly adminStays: boolean }
  ) => Effect.Effect<User, NotFound | Conflict | Unprocessable, CurrentTenant>
  /** Ends the person's sessions but the one with the token `keptSession`, and makes their links to sign in void. */
  readonly setPassword: (
    id: UserId,
    password: Redacted.Redacted<string>,
    keptSession?: string
  ) => Effect.Effect<void, NotFound, CurrentTenant>
  /** Adds a way to reach a person; a webhook gets a signing secret, which is told once. */
  readonly addContactMethod: (
    id: UserId,
    method: typeof NewContactMethod.Type
  ) => Effect.Effect<
    { readonly contactMethod: ContactMethod; readonly secret: string | null },
    NotFound | Conflict | Unprocessable,
    CurrentTenant
  >
  readonly removeContactMethod: (id: UserId, method: ContactMethodId) => Effect.Effect<void, NotFound, CurrentTenant>
}>()("platform/Users") {
  static readonly layer = Layer.effect(
    Users,
    Effect.gen(function*() {
      const { explained, scoped } = yield* tenantWork
      const changed = yield* makeChanged("user")
      const passwords = yield* Passwords
      const secrets = yield* SecretBox
      const guard = yield* OutgoingGuard
      const terms = yield* TenantTerms

      /** An address that is taken is a `Conflict`. */
      const unique = (field: string) =>
        explained(({ _tag }) =>
          _tag === "UniqueViolation" ? new Conflict({ detail: "This address is taken already", field }) : undefined
        )

      const found = (id: UserId) =>
        Effect.flatMap(findUsers({ id }), ([user]) => user === undefined ? Effect.fail(gone) : Effect.succeed(user))

      const userQuota = Effect.flatMap(
        CurrentTenant,
        ({ id }) => Effect.map(terms.of(id), ({ quotas }) => quotas.users)
      )

      /** Lets one more person be active, if the quota allows it. Within `holdPeople`. */
      const takePlace = Effect.fnUntraced(function*(quota: number) {
        if ((yield* countActiveUsers).people >= quota) {
          return yield* new Conflict({
            detail:
              `The quota of ${quota} people is used up. Deactivate somebody, or let the platform's admins raise it.`
          })
        }
      })

      const list = scoped(findUsers()).pipe(Effect.withSpan("Users.list"))
      const get = Effect.fn("Users.get")((id: UserId) => scoped(found(id)))

      const create = Effect.fn("Users.create")(
        function*(user: typeof NewUser.Type & { readonly platformAdmin?: boolean }) {
          const timeZone = user.timeZone ?? "UTC"
          if (!isTimeZoneName(timeZone)) {
            return yield* invalidField("timeZone", "expected an IANA time zone such as Europe/Berlin")
          }
          const id = UserId.make(SecureRandom.uuidV7Unsafe())
          const quota = yield* userQuota
          return yield* unique("email")(
            Effect.gen(function*() {
              yield* holdPeople
              yield* takePlace(quota)
              yield* insertUser({ platformAdmin: false, ...user, id, timeZone })
              yield* changed("user.created", id, { email: user.email, role: user.role })
              return yield* Effect.orDie(found(id))
            })
          )
        }
      )

      const update = Effect.fn("Users.update")(function*(
        id: UserId,
        change: typeof UserChange.Type & { readonly platformAdmin?: boolean },
        { adminStays } = { adminStays: false }
      ) {
        if (change.timeZone !== undefined && !isTimeZoneName(change.timeZone)) {
          return yield* invalidField("timeZone", "expected an IANA time zone such as Europe/Berlin")
        }
        const quota = yield* userQuota
        return yield* scoped(Effect.gen(function*() {
          if (change.role !== undefined || change.active !== undefined) yield* holdPeople
          const before = yield* found(id)
          if (change.active === true && before.deactivatedAt !== null) yield* takePlace(quota)
          yield* updateUser(id, change)
          if (change.active === false) yield* deleteAccessOf(id, null)
          yield* changed("user.updated", id, { ...change })
          const after = yield* found(id)
          const left = isActiveAdmin(before) && !isActiveAdmin(after)
          if (adminStays && left && (yield* countActiveUsers).admins === 0) {
            return yield* new Conflict({
              detail: "Nobody would be left who is an admin. Make somebody else one first."
            })
          }
          return after
        }))
      })

      const setPassword = Effect.fn("Users.setPassword")(
        function*(id: UserId, password: Redacted.Redacted<string>, keptSession?: string) {
          const hash = yield* passwords.hash(password)
          yield* scoped(Effect.gen(function*() {
            yield* found(id)
            yield* writePasswordHash(id, hash)
            yield* deleteAccessOf(id, keptSession === undefined ? null : hashToken(keptSession))
            yield* changed("user.password-set", id, {})
          }))
        }
      )

      const checkAddress = Effect.fnUntraced(function*(method: typeof NewContactMethod.Type) {
        if (method.kind === "email") {
          if (!Schema.is(EmailAddress)(method.address)) {
            return yield* invalidField("address", "expected an email address such as ada@example.com")
          }
          return
        }
        yield* guard.check(method.address).pipe(Effect.mapError((error) => invalidField("address", error.reason)))
      })

      const addContactMethod = Effect.fn("Users.addContactMethod")(
        function*(id: UserId, input: typeof NewContactMethod.Type) {
          yield* checkAddress(input)
          const secret = input.kind === "webhook" ? newSecret() : null
          const sealed = secret === null ? null : yield* secrets.seal(webhookPurpose, secret)
          const contactMethod = new ContactMethod({ ...input, id: ContactMethodId.make(SecureRandom.uuidV7Unsafe()) })
          yield* unique("address")(
            Effect.gen(function*() {
              yield* holdPerson(id)
              if ((yield* found(id)).contactMethods.length >= mostContactMethods) {
                return yield* new Conflict({ detail: `A person has at most ${mostContactMethods} contact methods` })
              }
              yield* insertContactMethod(id, contactMethod, sealed)
              yield* changed("contact-method.added", id, { kind: input.kind, address: shownAddress(contactMethod) })
            })
          )
          return { contactMethod, secret: secret === null ? null : Redacted.value(secret) }
        }
      )

      const removeContactMethod = Effect.fn("Users.removeContactMethod")((id: UserId, method: ContactMethodId) =>
        scoped(Effect.gen(function*() {
          if (!(yield* deleteContactMethod(id, method))) return yield* new NotFound({ resource: "contact method" })
          yield* changed("contact-method.removed", id, { id: method })
        }))
      )

      return Users.of({ list, get, create, update, setPassword, addContactMethod, removeContactMethod })
    })
  )
}
