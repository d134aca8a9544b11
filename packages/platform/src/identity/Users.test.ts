import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { waitsForLock } from "@innkeeper/testkit"
import { Deferred, Effect, Fiber, Redacted } from "effect"
import { Audit } from "../audit/Audit.ts"
import { makePerson, platformLayer, twoTenants } from "../Platform.fixture.ts"
import { Users } from "./Users.ts"
import { WebhookSecrets } from "./WebhookSecrets.ts"

layer(platformLayer)("Users", (it) => {
  it.effect("enters a person, by name in the list, with the actor on record", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const { acme, ada } = yield* twoTenants("create")
      const zoe = yield* users.create({
        name: "Zoë Ångström",
        email: "zoe@example.com",
        role: "observer",
        timeZone: "Asia/Kathmandu"
      }).pipe(asTenant(acme))
      assert.deepStrictEqual(
        [zoe.timeZone, zoe.role, zoe.platformAdmin, zoe.contactMethods, zoe.deactivatedAt, zoe.lastSeenAt],
        ["Asia/Kathmandu", "observer", false, [], null, null]
      )
      assert.deepStrictEqual(yield* users.get(zoe.id).pipe(asTenant(acme)), zoe)
      assert.deepStrictEqual((yield* users.list.pipe(asTenant(acme))).map(({ id }) => id), [ada.id, zoe.id])
      const [entry] = yield* (yield* Audit).search({ action: "user.created", limit: 1 }).pipe(asTenant(acme))
      assert.deepStrictEqual(
        [entry?.subject, entry?.detail, entry?.actor.kind],
        [`user:${zoe.id}`, { email: "zoe@example.com", role: "observer" }, "system"]
      )
    }))

  it.effect("refuses an address that is taken in the tenant in whatever case, not one of another tenant", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const { acme, bob } = yield* twoTenants("taken")
      const enter = (email: string) => users.create({ name: "New", email, role: "observer" }).pipe(asTenant(acme))
      yield* enter("new@example.com")
      const error = yield* Effect.flip(enter("NEW@example.com"))
      assert.deepStrictEqual([error._tag, "field" in error && error.field], ["Conflict", "email"])
      yield* enter(bob.email)
      assert.strictEqual((yield* users.list.pipe(asTenant(acme))).length, 3)
    }))

  it.effect("takes zones of the IANA database and no others", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const { acme, ada } = yield* twoTenants("zones")
      for (const timeZone of ["UTC", "America/Argentina/Buenos_Aires", "Asia/Kolkata"]) {
        assert.strictEqual((yield* users.update(ada.id, { timeZone }).pipe(asTenant(acme))).timeZone, timeZone)
      }
      for (const timeZone of ["", "Mars/Olympus", "../etc/passwd"]) {
        const refusals = [
          yield* Effect.flip(users.update(ada.id, { timeZone }).pipe(asTenant(acme))),
          yield* Effect.flip(
            users.create({ name: "X", email: "x@example.com", role: "observer", timeZone }).pipe(asTenant(acme))
          )
        ]
        for (const error of refusals) {
          assert.deepStrictEqual(
            [error._tag, "errors" in error && error.errors[0]?.path],
            ["Unprocessable", ["payload", "timeZone"]]
          )
        }
      }
    }))

  it.effect("changes what is given and leaves the rest", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const { acme, ada } = yield* twoTenants("change")
      const change = (to: Parameters<typeof users.update>[1]) => users.update(ada.id, to).pipe(asTenant(acme))
      assert.deepStrictEqual(yield* change({}), ada)
      assert.deepStrictEqual((yield* change({ role: "responder" })).name, ada.name)
      const inactive = yield* change({ active: false })
      assert.isNotNull(inactive.deactivatedAt)
      assert.deepStrictEqual((yield* change({ active: false })).deactivatedAt, inactive.deactivatedAt)
      assert.deepStrictEqual((yield* change({ name: "Ada L." })).deactivatedAt, inactive.deactivatedAt)
      assert.isNull((yield* change({ active: true })).deactivatedAt)
    }))

  it.effect("undoes no change that another one makes meanwhile", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const owner = yield* OwnerSql
      const { acme, ada } = yield* twoTenants("meanwhile")
      const [changed, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const shutOut =
        yield* owner`UPDATE user_account SET deactivated_at = now(), role = 'observer' WHERE id = ${ada.id}`
          .pipe(
            Effect.andThen(Deferred.succeed(changed, undefined)),
            Effect.andThen(Deferred.await(goOn)),
            owner.withTransaction,
            Effect.forkChild
          )
      yield* Deferred.await(changed)
      const renamed = yield* Effect.forkChild(users.update(ada.id, { name: "Ada L." }).pipe(asTenant(acme)))
      yield* waitsForLock("UPDATE user_account SET name")
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(shutOut)
      const after = yield* Fiber.join(renamed)
      assert.deepStrictEqual([after.name, after.role], ["Ada L.", "observer"])
      assert.isNotNull(after.deactivatedAt)
    }))

  it.effect("leaves an admin where one has to stay, whoever changes whom at once", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const { acme, ada } = yield* twoTenants("last")
      const adam = yield* makePerson(acme, "adam-last@example.com", "admin")
      const results = yield* Effect.all([
        Effect.result(users.update(ada.id, { role: "observer" }, { adminStays: true })),
        Effect.result(users.update(adam.id, { active: false }, { adminStays: true }))
      ], { concurrency: "unbounded" }).pipe(asTenant(acme))
      assert.deepStrictEqual(results.map(({ _tag }) => _tag).sort(), ["Failure", "Success"])
      const left = (yield* users.list.pipe(asTenant(acme))).filter(({ deactivatedAt, role }) =>
        role === "admin" && deactivatedAt === null
      )
      assert.lengthOf(left, 1)
      yield* users.update(left[0]!.id, { name: "Still an admin", active: true, role: "admin" }, { adminStays: true })
        .pipe(
          asTenant(acme)
        )
    }))

  it.effect("shows, changes and reaches nobody of another tenant", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const { acme, ada, bob, globex } = yield* twoTenants("apart")
      const { contactMethod } = yield* users.addContactMethod(bob.id, { kind: "email", address: "b@example.com" }).pipe(
        asTenant(globex)
      )
      assert.deepStrictEqual((yield* users.list.pipe(asTenant(acme))).map(({ id }) => id), [ada.id])
      const attempts = [
        users.get(bob.id),
        users.update(bob.id, { name: "Mallory" }),
        users.setPassword(bob.id, Redacted.make("a password of Mallory")),
        users.addContactMethod(bob.id, { kind: "email", address: "mallory@example.com" }),
        users.removeContactMethod(bob.id, contactMethod.id)
      ]
      for (const attempt of attempts) {
        assert.strictEqual((yield* Effect.flip(asTenant(acme)(attempt)))._tag, "NotFound")
      }
      const after = yield* users.get(bob.id).pipe(asTenant(globex))
      assert.deepStrictEqual([after.name, after.contactMethods], [bob.name, [contactMethod]])
    }))
})

layer(platformLayer)("contact methods", (it) => {
  it.effect("are twenty at most", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const { acme, ada } = yield* twoTenants("twenty")
      const results = yield* Effect.forEach(
        Array.from({ length: 24 }, (_, index) => `ada-${index}@twenty.example.com`),
        (address) => Effect.result(users.addContactMethod(ada.id, { kind: "email", address }).pipe(asTenant(acme))),
        { concurrency: 4 }
      )
      assert.strictEqual(results.filter(({ _tag }) => _tag === "Success").length, 20)
      assert.lengthOf((yield* users.get(ada.id).pipe(asTenant(acme))).contactMethods, 20)
    }))

  it.effect("of a webhook come with a secret that is told once and kept sealed", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const sql = yield* OwnerSql
      const { acme, ada, globex } = yield* twoTenants("secret")
      const method = { kind: "webhook", address: "https://93.184.215.14/page" } as const
      const { contactMethod, secret } = yield* users.addContactMethod(ada.id, method).pipe(asTenant(acme))
      assert.match(secret ?? "", /^whsec_[A-Za-z0-9+/]{43}=$/)
      assert.deepStrictEqual((yield* users.get(ada.id).pipe(asTenant(acme))).contactMethods, [contactMethod])
      const everywhere = JSON.stringify([
        yield* sql`SELECT * FROM contact_method`,
        yield* sql`SELECT * FROM audit_entry`
      ])
      assert.notInclude(everywhere, secret!.slice("whsec_".length))
      const secrets = yield* WebhookSecrets
      assert.strictEqual(Redacted.value(yield* secrets.ofContactMethod(acme, contactMethod.id)), secret)
      assert.strictEqual((yield* Effect.exit(secrets.ofContactMethod(globex, contactMethod.id)))._tag, "Failure")
    }))

  it.effect("of mail have no secret; one that a person has already is a conflict", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const { acme, ada } = yield* twoTenants("mail")
      const add = (address: string) => users.addContactMethod(ada.id, { kind: "email", address }).pipe(asTenant(acme))
      assert.isNull((yield* add("ada@example.com")).secret)
      assert.strictEqual((yield* Effect.flip(add("ADA@example.com")))._tag, "Conflict")
      assert.strictEqual((yield* Effect.flip(add("ada at example.com")))._tag, "Unprocessable")
      assert.strictEqual((yield* Effect.flip(add("ada@example.com\r\nBcc: eve@example.com")))._tag, "Unprocessable")
    }))

  it.effect("are refused when they point inside, carry a password or are not https", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const { acme, ada } = yield* twoTenants("inside")
      for (
        const address of [
          "http://93.184.215.14/page",
          "https://user:password@93.184.215.14/page",
          "https://127.0.0.1/page",
          "https://localhost/page",
          "https://[::1]/page",
          "https://169.254.169.254/latest/meta-data/",
          "https://host.invalid/page",
          "file:///etc/passwd",
          "page me",
          ""
        ]
      ) {
        const error = yield* Effect.flip(
          users.addContactMethod(ada.id, { kind: "webhook", address }).pipe(asTenant(acme))
        )
        assert.deepStrictEqual(
          [error._tag, "errors" in error && error.errors[0]?.path],
          ["Unprocessable", ["payload", "address"]],
          address
        )
      }
      assert.deepStrictEqual((yield* users.get(ada.id).pipe(asTenant(acme))).contactMethods, [])
    }))

  it.effect("are told apart by case where they are webhooks, and not where they are mailboxes", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const { acme, ada } = yield* twoTenants("cases")
      const add = (kind: "email" | "webhook", address: string) =>
        users.addContactMethod(ada.id, { kind, address }).pipe(asTenant(acme))
      for (const address of ["https://93.184.215.14/Token", "https://93.184.215.14/token"]) {
        yield* add("webhook", address)
        assert.strictEqual((yield* Effect.flip(add("webhook", address)))._tag, "Conflict")
      }
      yield* add("email", "jörg@example.com")
      assert.strictEqual((yield* Effect.flip(add("email", "JÖRG@example.com")))._tag, "Conflict")
    }))

  it.effect("are removed once", () =>
    Effect.gen(function*() {
      const users = yield* Users
      const { acme, ada } = yield* twoTenants("removal")
      const { contactMethod } = yield* users.addContactMethod(ada.id, { kind: "email", address: "a@example.com" }).pipe(
        asTenant(acme)
      )
      yield* users.removeContactMethod(ada.id, contactMethod.id).pipe(asTenant(acme))
      const again = yield* Effect.flip(users.removeContactMethod(ada.id, contactMethod.id).pipe(asTenant(acme)))
      assert.strictEqual(again._tag, "NotFound")
      assert.deepStrictEqual((yield* users.get(ada.id).pipe(asTenant(acme))).contactMethods, [])
    }))
})
