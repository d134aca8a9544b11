import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { makeTenant, SmtpSink } from "@innkeeper/testkit"
import { Effect, Option, Redacted } from "effect"
import { makePerson, password, platformLayer, twoTenants } from "../Platform.fixture.ts"
import { hashToken } from "../secrets/tokens.ts"
import { Sessions } from "./Sessions.ts"
import { Users } from "./Users.ts"

/** The token of the link in a mail. */
const tokenIn = (text: string | undefined) => /\/sign-in\/link#([\w-]+)/.exec(text ?? "")?.[1] ?? ""

const isKnown = (token: string) => Effect.map(Effect.flatMap(Sessions, ({ find }) => find(token)), Option.isSome)

layer(platformLayer)("magic links", (it) => {
  it.effect("are mailed to every account of an address and sign in once, into the account they are for", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const mailbox = yield* SmtpSink
      const { acme, ada, globex } = yield* twoTenants("link")
      const twin = yield* makePerson(globex, ada.email)
      yield* sessions.mailMagicLink(ada.email.toUpperCase())
      const mails = [yield* mailbox.next, yield* mailbox.next]
      for (const [mail, tenant, user] of [[mails[0]!, acme, ada], [mails[1]!, globex, twin]] as const) {
        assert.deepStrictEqual(mail.to.map((to) => to.toLowerCase()), [ada.email])
        const token = tokenIn(mail.content.text)
        const principal = Option.getOrThrow(yield* sessions.find(yield* sessions.redeem(token)))
        assert.deepStrictEqual([principal.tenantId, principal.id], [tenant, user.id])
        assert.strictEqual((yield* Effect.flip(sessions.redeem(token)))._tag, "Unauthorized")
      }
    }))

  it.effect("go to the address of the person, and not to one that only the database takes for the same", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const mailbox = yield* SmtpSink
      const { acme } = yield* twoTenants("letters")
      yield* makePerson(acme, "kim@github-letters.example.com")
      const before = (yield* mailbox.mails).length
      // A dotted capital I, and the sign for kelvin.
      yield* sessions.mailMagicLink("kim@g\u0130thub-letters.example.com")
      assert.strictEqual((yield* mailbox.mails).length, before)
      yield* sessions.mailMagicLink("\u212Aim@github-letters.example.com")
      const mails = yield* mailbox.mails
      assert.deepStrictEqual(mails.slice(before).flatMap(({ to }) => to), ["kim@github-letters.example.com"])
    }))

  it.effect("are void when the person's password is set anew, or the person was deactivated meanwhile", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const { acme, ada, bob, globex } = yield* twoTenants("void")
      const link = sessions.makeInvitation(ada.id).pipe(asTenant(acme), Effect.map(tokenIn))
      const kept = yield* sessions.makeInvitation(bob.id).pipe(asTenant(globex), Effect.map(tokenIn))
      const unused = yield* link
      yield* (yield* Users).setPassword(ada.id, password).pipe(asTenant(acme))
      assert.strictEqual((yield* Effect.flip(sessions.redeem(unused)))._tag, "Unauthorized")
      assert.isTrue(yield* isKnown(yield* sessions.redeem(kept)))
      const [before, session] = [yield* link, yield* Effect.flatMap(link, sessions.redeem)]
      for (const active of [false, true]) yield* (yield* Users).update(ada.id, { active }).pipe(asTenant(acme))
      assert.strictEqual((yield* Effect.flip(sessions.redeem(before)))._tag, "Unauthorized")
      assert.isFalse(yield* isKnown(session))
      assert.isTrue(yield* isKnown(yield* sessions.redeem(yield* link)))
    }))

  it.effect("sign in one of those who redeem one at once", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const { acme, ada } = yield* twoTenants("race")
      const link = yield* sessions.makeInvitation(ada.id).pipe(asTenant(acme))
      const results = yield* Effect.all(
        Array.from({ length: 6 }, () => Effect.result(sessions.redeem(tokenIn(link)))),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(results.filter(({ _tag }) => _tag === "Success").length, 1)
    }))

  it.effect("expire", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const sql = yield* OwnerSql
      const { acme, ada } = yield* twoTenants("expiry")
      const link = sessions.makeInvitation(ada.id).pipe(asTenant(acme), Effect.map(tokenIn))
      const move = (token: string, by: string) =>
        sql`UPDATE magic_link SET expires_at = expires_at - ${by}::interval WHERE token_hash = ${hashToken(token)}`
      const [late, intime] = [yield* link, yield* link]
      yield* move(late, "7 days 1 second")
      assert.strictEqual((yield* Effect.flip(sessions.redeem(late)))._tag, "Unauthorized")
      yield* move(intime, "6 days 23 hours")
      assert.isTrue(yield* isKnown(yield* sessions.redeem(intime)))
    }))

  it.effect("are mailed to nobody unknown, deactivated or of a suspended organisation, without a word about it", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const mailbox = yield* SmtpSink
      const sql = yield* OwnerSql
      const { acme, ada, bob, globex } = yield* twoTenants("silent")
      const gone = yield* makePerson(acme, "gone-silent@example.com")
      yield* (yield* Users).update(gone.id, { active: false }).pipe(asTenant(acme))
      yield* sql`UPDATE tenant SET state = 'suspended' WHERE id = ${globex}`
      const before = (yield* mailbox.mails).length
      for (const email of ["nobody@example.com", gone.email, bob.email]) yield* sessions.mailMagicLink(email)
      assert.strictEqual((yield* mailbox.mails).length, before)
      yield* sessions.mailMagicLink(ada.email)
      assert.strictEqual((yield* mailbox.mails).length, before + 1)
    }))

  it.effect("say that the organisation is not served, and can be used when it is again", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const sql = yield* OwnerSql
      const { acme, ada } = yield* twoTenants("resumed")
      const link = yield* sessions.makeInvitation(ada.id).pipe(asTenant(acme))
      const token = link.split("#")[1]!
      yield* sql`UPDATE tenant SET state = 'suspended' WHERE id = ${acme}`
      assert.strictEqual((yield* Effect.flip(sessions.redeem(token)))._tag, "TenantNotServed")
      yield* sql`UPDATE tenant SET state = 'active' WHERE id = ${acme}`
      assert.isTrue(yield* isKnown(yield* sessions.redeem(token)))
    }))

  it.effect("do not fail when no mail server takes them", () =>
    Effect.gen(function*() {
      const mailbox = yield* SmtpSink
      const { ada } = yield* twoTenants("refused")
      yield* mailbox.behave({ _tag: "Reject", code: 550, at: "recipient" })
      yield* (yield* Sessions).mailMagicLink(ada.email)
      yield* mailbox.behave({ _tag: "Accept" })
    }))

  it.effect("invite a person for a week, who then sets the first password", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const users = yield* Users
      const mailbox = yield* SmtpSink
      const sql = yield* OwnerSql
      const tenant = yield* makeTenant("invite")
      const user = yield* users.create({ name: "Ida", email: "ida@example.com", role: "observer" }).pipe(
        asTenant(tenant)
      )
      const before = (yield* mailbox.mails).length
      yield* sessions.makeInvitation(user.id).pipe(
        Effect.flatMap((link) => sessions.mailInvitation(user, link)),
        asTenant(tenant)
      )
      const mail = (yield* mailbox.mails)[before]!
      assert.deepStrictEqual(mail.to, ["ida@example.com"])
      const token = tokenIn(mail.content.text)
      yield* sql`
        UPDATE magic_link SET expires_at = expires_at - interval '6 days 23 hours' WHERE token_hash = ${
        hashToken(token)
      }`
      assert.isTrue(yield* isKnown(yield* sessions.redeem(token)))
      const check = (text: string) => sessions.checkPassword(user.id, Redacted.make(text)).pipe(asTenant(tenant))
      assert.isTrue(yield* check("anything, since there is none"))
      yield* users.setPassword(user.id, password).pipe(asTenant(tenant))
      assert.deepStrictEqual([yield* check(Redacted.value(password)), yield* check("another")], [true, false])
    }))
})
