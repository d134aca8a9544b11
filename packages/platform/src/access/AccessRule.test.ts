import { assert, describe, it } from "@effect/vitest"
import { Context, Option } from "effect"
import { HttpApi } from "effect/http-api"
import { PlatformApi } from "../PlatformApi.ts"
import { AdminAuthorization } from "../tenant/AdminAuthorization.ts"
import { type Access, AccessRule, AdminToken, needs, Public, Scope, scopesOf, SignedIn } from "./Access.ts"
import { Authorization } from "./Authorization.ts"

const endpoints: Array<
  { readonly name: string; readonly rule: Access | undefined; readonly guards: ReadonlyArray<string> }
> = []
HttpApi.reflect(PlatformApi, {
  onGroup: () => {},
  onEndpoint: ({ endpoint, group, middleware }) => {
    endpoints.push({
      name: `${group.identifier}.${endpoint.identifier}`,
      rule: Option.getOrUndefined(Context.getOption(endpoint.annotations, AccessRule)),
      guards: Array.from(middleware, ({ key }) => key).filter((key) =>
        key === Authorization.key || key === AdminAuthorization.key
      )
    })
  }
})

/** The middleware that a rule stands on. */
const guardsOf: Record<Access["_tag"], ReadonlyArray<string>> = {
  Public: [],
  SignedIn: [Authorization.key],
  Scoped: [Authorization.key],
  AdminToken: [AdminAuthorization.key],
  IntegrationKey: [],
  SignedLink: []
}

describe("access rules", () => {
  it("are stated by every endpoint, which has the middleware that enforces them and no other", () => {
    assert.isAbove(endpoints.length, 20)
    for (const { guards, name, rule } of endpoints) {
      assert.isDefined(rule, `${name} states no AccessRule`)
      assert.deepStrictEqual(guards, guardsOf[rule!._tag], name)
    }
  })

  it("of what needs no sign-in, and of what being signed in is enough for, are these", () => {
    const named = (wanted: Access) => endpoints.filter(({ rule }) => rule === wanted).map(({ name }) => name).sort()
    assert.deepStrictEqual(named(Public), [
      "adminSession.signIn",
      "session.redeemMagicLink",
      "session.requestMagicLink",
      "session.signIn",
      "session.signOut"
    ])
    assert.deepStrictEqual(named(SignedIn), [
      "mailbox.get",
      "mailbox.list",
      "session.me",
      "stream.open",
      "users.addContactMethod",
      "users.removeContactMethod",
      "users.setPassword",
      "users.update"
    ])
    assert.deepStrictEqual(named(AdminToken), [
      "adminSession.me",
      "adminSession.signOut",
      "tenants.configure",
      "tenants.get",
      "tenants.import",
      "tenants.list"
    ])
  })

  it("ask for a scope that writes where an endpoint writes", () => {
    const reading = /\.(list|get|search|export)$/
    for (const { name, rule } of endpoints) {
      if (rule?._tag !== "Scoped" || rule.scope === "keys:write") continue
      assert.strictEqual(rule.scope.endsWith(":read"), reading.test(name), name)
    }
    assert.deepStrictEqual(needs("users:write"), { _tag: "Scoped", scope: "users:write" })
  })
})

describe("roles", () => {
  it("imply more from observer to responder to admin, who has every scope", () => {
    assert.includeMembers([...scopesOf.responder], [...scopesOf.observer])
    assert.includeMembers([...scopesOf.admin], [...scopesOf.responder])
    assert.sameMembers([...scopesOf.admin], [...Scope.literals])
  })

  it("let only admins configure, and let an observer change nothing", () => {
    assert.isTrue(scopesOf.observer.every((scope) => scope.endsWith(":read")))
    for (const scope of ["oncall:write", "users:write", "keys:write", "audit:read"] as const) {
      assert.notInclude(scopesOf.responder, scope)
    }
  })
})
