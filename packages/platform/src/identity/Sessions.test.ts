import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { makeTenant, waitsForLock } from "@innkeeper/testkit"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Option, Redacted } from "effect"
import { Audit } from "../audit/Audit.ts"
import { makePerson, password, platformLayer, publicUrl, slugOf, twoTenants } from "../Platform.fixture.ts"
import { hashToken } from "../secrets/tokens.ts"
import { Passwords } from "./Passwords.ts"
import { Sessions } from "./Sessions.ts"
import { Users } from "./Users.ts"

/** Moves a session's times into the past. */
const age = Effect.fnUntraced(function*(token: string, past: { readonly created?: string; readonly used?: string }) {
  const sql = yield* OwnerSql
  yield* sql`
    UPDATE session SET created_at = now() - ${past.created ?? "0"}::interval, used_at = now() - ${
    past.used ?? "0"
  }::interval
    WHERE token_hash = ${hashToken(token)}`
})

const isKnown = (token: string) => Effect.map(Effect.flatMap(Sessions, ({ find }) => find(token)), Option.isSome)

layer(platformLayer)("Sessions", (it) => {
  it.effect("opens a session for an address, in any case, and its password, and tells who holds it", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const { acme, ada } = yield* twoTenants("holder")
      const token = yield* sessions.signIn({ email: ada.email.toUpperCase(), password })
      const principal = Option.getOrThrow(yield* sessions.find(token))
      assert.deepStrictEqual(
        [principal.kind, principal.id, principal.tenantId, principal.role],
        ["user", ada.id, acme, "admin"]
      )
      assert.isFalse(yield* isKnown(`${token}x`))
      assert.isFalse(yield* isKnown(""))
    }))

  it.effect("keeps a hash of the token and not the token", () =>
    Effect.gen(function*() {
      const { ada } = yield* twoTenants("hash")
      const token = yield* (yield* Sessions).signIn({ email: ada.email, password })
      const sql = yield* OwnerSql
      const rows = yield* sql`SELECT session::text AS row FROM session`
      assert.notInclude(JSON.stringify(rows), token)
      assert.notInclude(JSON.stringify(rows), Buffer.from(token).toString("hex"))
    }))

  it.effect("answers the same to a wrong password, an unknown address, another organisation and who may not come in", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const users = yield* Users
      const { acme, ada } = yield* twoTenants("refusal")
      const gone = yield* makePerson(acme, "gone-refusal@example.com")
      yield* users.update(gone.id, { active: false }).pipe(asTenant(acme))
      const fresh = yield* users.create({ name: "Eve", email: "eve-refusal@example.com", role: "observer" }).pipe(
        asTenant(acme)
      )
      const refusals = yield* Effect.forEach([
        { email: ada.email, password: Redacted.make("another password") },
        { email: "nobody@example.com", password },
        { email: ada.email, password, organisation: slugOf("globex-refusal") },
        { email: gone.email, password },
        { email: fresh.email, password: Redacted.make("nobody has this password") },
        { email: fresh.email, password: Redacted.make("") }
      ], (credentials) => Effect.flip(sessions.signIn(credentials)))
      for (const refusal of refusals) {
        assert.strictEqual(refusal._tag, "Unauthorized")
        assert.strictEqual(refusal.detail, refusals[0]?.detail)
      }
    }))

  it.effect("puts sign-ins and refusals on the record of the organisation they concern, and of no other", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const audit = yield* Audit
      const { acme, ada, globex } = yield* twoTenants("record")
      yield* sessions.signIn({ email: ada.email, password })
      yield* Effect.flip(sessions.signIn({ email: ada.email, password: Redacted.make("another password") }))
      const actions = audit.search({ text: ada.id, limit: 10 }).pipe(
        Effect.map((entries) => entries.filter(({ actor }) => actor.id === ada.id).map(({ action }) => action))
      )
      const recorded = yield* Effect.repeat(asTenant(acme)(actions), { until: ({ length }) => length > 1 })
      assert.deepStrictEqual(recorded, ["session.refused", "session.opened"])
      assert.deepStrictEqual(yield* asTenant(globex)(actions), [])
    }))

  it.effect("does not wait for the record of a refusal, which would tell that there is such an account", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const owner = yield* OwnerSql
      const { ada } = yield* twoTenants("unhurried")
      const [locked, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const lock = yield* owner`LOCK TABLE audit_entry IN EXCLUSIVE MODE`.pipe(
        Effect.andThen(Deferred.succeed(locked, undefined)),
        Effect.andThen(Deferred.await(goOn)),
        owner.withTransaction,
        Effect.forkChild
      )
      yield* Deferred.await(locked)
      const refusal = yield* Effect.flip(sessions.signIn({ email: ada.email, password: Redacted.make("another one") }))
      assert.strictEqual(refusal._tag, "Unauthorized")
      yield* waitsForLock("INSERT INTO audit_entry")
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(lock)
    }))

  it.effect("asks for the organisation when several know the address and the password", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const { acme, ada, globex } = yield* twoTenants("several")
      const twin = yield* makePerson(globex, ada.email)
      assert.strictEqual(
        (yield* Effect.flip(sessions.signIn({ email: ada.email, password })))._tag,
        "OrganisationNeeded"
      )
      for (const [slug, tenant] of [["acme-several", acme], ["globex-several", globex]] as const) {
        const token = yield* sessions.signIn({ email: ada.email, password, organisation: slugOf(slug) })
        assert.strictEqual(Option.getOrThrow(yield* sessions.find(token)).tenantId, tenant)
      }
      const other = Redacted.make("a password of the twin alone")
      yield* (yield* Users).setPassword(twin.id, other).pipe(asTenant(globex))
      const token = yield* sessions.signIn({ email: ada.email, password: other })
      assert.strictEqual(Option.getOrThrow(yield* sessions.find(token)).id, twin.id)
    }))

  it.effect("ends a session that was idle for 7 days or is 30 days old", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const { ada } = yield* twoTenants("old")
      const token = yield* sessions.signIn({ email: ada.email, password })
      yield* age(token, { created: "29 days 23 hours", used: "6 days 23 hours" })
      assert.isTrue(yield* isKnown(token))
      // Being used has made it fresh.
      const sql = yield* OwnerSql
      const [row] = yield* sql`
        SELECT used_at > now() - interval '1 minute' AS fresh FROM session WHERE token_hash = ${hashToken(token)}`
      assert.deepStrictEqual(row, { fresh: true })
      yield* age(token, { created: "8 days", used: "7 days 1 second" })
      assert.isFalse(yield* isKnown(token))
      yield* age(token, { created: "30 days 1 second" })
      assert.isFalse(yield* isKnown(token))
    }))

  it.effect("ends with the person's or the organisation's right to come in", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const { acme, ada, globex } = yield* twoTenants("right")
      const ben = yield* makePerson(acme, "ben-right@example.com")
      const [adas, bens] = yield* Effect.forEach([ada, ben], ({ email }) => sessions.signIn({ email, password }))
      yield* (yield* Users).update(ben.id, { active: false }).pipe(asTenant(acme))
      assert.deepStrictEqual([yield* isKnown(adas!), yield* isKnown(bens!)], [true, false])
      const sql = yield* OwnerSql
      yield* sql`UPDATE tenant SET state = 'suspended' WHERE id = ${acme}`
      assert.strictEqual((yield* Effect.flip(sessions.find(adas!)))._tag, "TenantNotServed")
      assert.strictEqual((yield* Effect.flip(sessions.signIn({ email: ada.email, password })))._tag, "TenantNotServed")
      // An address that is also known where people are served comes in there.
      const globexTwin = yield* makePerson(globex, ada.email)
      const token = yield* sessions.signIn({ email: ada.email, password })
      assert.strictEqual(Option.getOrThrow(yield* sessions.find(token)).id, globexTwin.id)
    }))

  it.effect("comes in to each of more organisations than are looked through for one who names none", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const names = Array.from({ length: 21 }, (_, index) => `many-${String(index).padStart(2, "0")}`)
      for (const name of names) yield* makePerson(yield* makeTenant(name), "everywhere@example.com")
      const credentials = { email: "everywhere@example.com", password }
      for (const name of [names[0]!, names.at(-1)!]) {
        assert.isTrue(yield* isKnown(yield* sessions.signIn({ ...credentials, organisation: slugOf(name) })))
      }
    }))

  it.effect("verifies a password for all accounts of an address at once, so that time does not tell how many there are", () =>
    Effect.gen(function*() {
      const { ada, globex } = yield* twoTenants("at-once")
      yield* makePerson(globex, ada.email)
      const all = yield* Deferred.make<void>()
      let begun = 0
      const passwords = Passwords.of({
        hash: () => Effect.die("not called"),
        verify: () =>
          Effect.suspend(() => ++begun === 2 ? Deferred.succeed(all, undefined) : Effect.void).pipe(
            Effect.andThen(Deferred.await(all)),
            Effect.as(false)
          )
      })
      const sessions = yield* Layer.build(Layer.fresh(Sessions.layer({ publicUrl }))).pipe(
        Effect.map((services) => Context.get(services, Sessions)),
        Effect.provideService(Passwords, passwords)
      )
      const refusal = yield* Effect.flip(sessions.signIn({ email: ada.email, password }))
      assert.deepStrictEqual([refusal._tag, begun], ["Unauthorized", 2])
    }))

  it.effect("opens none with a password that is changed while it is verified", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const owner = yield* OwnerSql
      const { ada } = yield* twoTenants("changed")
      const [changed, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const change = yield* owner`UPDATE user_account SET password_hash = 'another' WHERE id = ${ada.id}`.pipe(
        Effect.andThen(Deferred.succeed(changed, undefined)),
        Effect.andThen(Deferred.await(goOn)),
        owner.withTransaction,
        Effect.forkChild
      )
      yield* Deferred.await(changed)
      const signIn = yield* Effect.forkChild(Effect.flip(sessions.signIn({ email: ada.email, password })))
      yield* waitsForLock("INSERT INTO session")
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(change)
      assert.strictEqual((yield* Fiber.join(signIn))._tag, "Unauthorized")
    }))

  it.effect("ends one session, or with a new password all of a person but one, and no others of another tenant", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const users = yield* Users
      const { acme, ada, bob, globex } = yield* twoTenants("ends")
      const [first, second, third] = yield* Effect.replicateEffect(sessions.signIn({ email: ada.email, password }), 3)
      const bobs = yield* sessions.signIn({ email: bob.email, password })
      const known = Effect.forEach([first!, second!, third!, bobs], isKnown)
      yield* Effect.flip(users.setPassword(ada.id, password).pipe(asTenant(globex)))
      assert.deepStrictEqual(yield* known, [true, true, true, true])
      yield* sessions.end(first!)
      assert.deepStrictEqual(yield* known, [false, true, true, true])
      yield* users.setPassword(ada.id, password, second!).pipe(asTenant(acme))
      assert.deepStrictEqual(yield* known, [false, true, false, true])
      yield* users.setPassword(ada.id, password).pipe(asTenant(acme))
      assert.deepStrictEqual(yield* known, [false, false, false, true])
    }))

  it.effect("keeps the old password where the sessions that it opened could not be ended", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const users = yield* Users
      const { acme, ada } = yield* twoTenants("halfway")
      const session = yield* sessions.signIn({ email: ada.email, password })
      const owner = yield* OwnerSql
      const next = Redacted.make("a password that is not set")
      const exit = yield* Effect.acquireUseRelease(
        owner`REVOKE DELETE ON session FROM innkeeper_app`,
        () => Effect.exit(users.setPassword(ada.id, next).pipe(asTenant(acme))),
        () => owner`GRANT DELETE ON session TO innkeeper_app`
      )
      assert.isTrue(Exit.hasDies(exit))
      assert.isTrue(yield* isKnown(session))
      assert.strictEqual(
        (yield* Effect.flip(sessions.signIn({ email: ada.email, password: next })))._tag,
        "Unauthorized"
      )
      assert.isTrue(yield* isKnown(yield* sessions.signIn({ email: ada.email, password })))
    }))
})
