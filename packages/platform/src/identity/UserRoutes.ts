import { Effect, Redacted } from "effect"
import { HttpServerRequest } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { scopesOf } from "../access/Access.ts"
import { CurrentPrincipal, type Principal, sessionCookie } from "../access/Authorization.ts"
import { mustHold } from "../access/mustHold.ts"
import { Forbidden, Unprocessable } from "../access/Problems.ts"
import { RateLimits } from "../edge/RateLimits.ts"
import { PlatformApi } from "../PlatformApi.ts"
import { Sessions } from "./Sessions.ts"
import { shownAddress } from "./shownAddress.ts"
import { ContactMethod, User, type UserId } from "./User.ts"
import { Users } from "./Users.ts"

/** A person may do it to themselves; anybody else needs `users:write`. */
const selfOrAdmin = Effect.fnUntraced(function*(id: UserId) {
  const principal = yield* CurrentPrincipal
  const self = principal.kind === "user" && principal.id === id
  if (!self && !principal.scopes.includes("users:write")) {
    return yield* new Forbidden({ detail: "You may change only yourself. Others need the scope users:write." })
  }
  return { self, principal }
})

/** A person as the caller may see them: the whole addresses of webhooks are for themselves and for who may change people. */
const asSeenBy = ({ id, kind, scopes }: Principal) => (user: User) =>
  (kind === "user" && id === user.id) || scopes.includes("users:write") ? user : new User({
    ...user,
    contactMethods: user.contactMethods.map((method) => new ContactMethod({ ...method, address: shownAddress(method) }))
  })

const wrongPassword = new Unprocessable({
  detail: "The current password is wrong",
  errors: [{ path: ["payload", "currentPassword"], message: "expected your current password" }]
})

export const UserRoutes = HttpApiBuilder.group(
  PlatformApi,
  "users",
  Effect.fnUntraced(function*(handlers) {
    const users = yield* Users
    const sessions = yield* Sessions
    const limits = yield* RateLimits

    /** Who decides about another person holds all that this person's role implies. */
    const mustEqual = Effect.fnUntraced(function*(id: UserId) {
      yield* mustHold(scopesOf[(yield* users.get(id)).role])
    })

    /** Where somebody's pages go, with the links that answer them, is decided by them or by who may do all that they may. */
    const selfOrEqual = Effect.fnUntraced(function*(id: UserId) {
      const { self } = yield* selfOrAdmin(id)
      if (!self) yield* mustEqual(id)
    })

    return handlers.handleAll({
      list: Effect.fnUntraced(function*() {
        return (yield* users.list).map(asSeenBy(yield* CurrentPrincipal))
      }),
      get: Effect.fnUntraced(function*({ params }) {
        return asSeenBy(yield* CurrentPrincipal)(yield* users.get(params.id))
      }),
      create: Effect.fnUntraced(function*({ payload }) {
        yield* mustHold(scopesOf[payload.role])
        const user = yield* users.create(payload)
        yield* sessions.mailInvitation(user, yield* sessions.makeInvitation(user.id))
        return user
      }),
      update: Effect.fnUntraced(function*({ params, payload }) {
        const { principal, self } = yield* selfOrAdmin(params.id)
        const ofAdmins = payload.role !== undefined || payload.active !== undefined
        if (ofAdmins && !principal.scopes.includes("users:write")) {
          return yield* new Forbidden({ detail: "A role is changed by those with the scope users:write" })
        }
        if (self && ofAdmins) {
          return yield* new Forbidden({
            detail: "Nobody changes their own role: ask another admin, so that one always remains"
          })
        }
        if (payload.role !== undefined) yield* mustHold(scopesOf[payload.role])
        if (ofAdmins) yield* mustEqual(params.id)
        return yield* users.update(params.id, payload, { adminStays: true })
      }),
      setPassword: Effect.fnUntraced(function*({ params, payload }) {
        const { self } = yield* selfOrAdmin(params.id)
        if (self) {
          // Who sits down at an open session guesses no faster than at the sign-in.
          yield* limits.account(`password of ${params.id}`)
          const known = yield* sessions.checkPassword(params.id, Redacted.make(payload.currentPassword ?? ""))
          if (!known) return yield* wrongPassword
        } else {
          yield* mustEqual(params.id)
        }
        const { cookies } = yield* HttpServerRequest.HttpServerRequest
        yield* users.setPassword(
          params.id,
          Redacted.make(payload.password),
          self ? cookies[sessionCookie] : undefined
        )
      }),
      addContactMethod: ({ params, payload }) =>
        Effect.andThen(selfOrEqual(params.id), users.addContactMethod(params.id, payload)),
      removeContactMethod: ({ params }) =>
        Effect.andThen(selfOrEqual(params.id), users.removeContactMethod(params.id, params.contactMethodId))
    })
  })
)
