import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { AdminAudit, Audit, Sessions, Tenants, Users } from "@innkeeper/platform"
import { AdminActor, CurrentAdmin } from "@innkeeper/platform/api"
import { runWithClock, SmtpSink } from "@innkeeper/testkit"
import { Context, Effect, Fiber, Layer, Option, Schedule, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Integrations } from "../integration/Integrations.ts"
import { Services } from "../service/Services.ts"
import { SetupDocument } from "./SetupDocument.ts"
import { setupsLayer } from "./Setups.fixture.ts"
import { Setups } from "./Setups.ts"

const decode = Schema.decodeUnknownSync(SetupDocument)

/** A document with something of every kind, for a tenant of its own. */
const documentFor = (slug: string, parts: object = {}) =>
  decode({
    tenant: { slug, name: "Meridian", timeZone: "Europe/Berlin" },
    users: [
      {
        email: "ada@example.com",
        name: "Ada",
        role: "admin",
        timeZone: "Europe/Berlin",
        invite: true,
        contactMethods: [
          { kind: "email", address: "ada@example.com" },
          { kind: "webhook", address: "https://hooks.example.com/ada" }
        ]
      },
      { email: "Ben@example.com", name: "Ben", role: "responder" }
    ],
    teams: [{ name: "Platform", tags: ["core"], leads: ["ada@example.com"], members: ["ben@example.com"] }],
    schedules: [{
      name: "Primary",
      timeZone: "Europe/Berlin",
      layers: [{
        name: "Week",
        rotation: { unit: "week", every: 1, start: "2026-01-05T09:00" },
        users: ["ada@example.com", "ben@example.com"]
      }],
      overrides: [{ user: "ben@example.com", start: "2099-12-24T18:00", end: "2099-12-26T09:00" }]
    }],
    escalationPolicies: [{
      name: "Default",
      steps: [
        { targets: [{ schedule: "primary" }], timeoutSeconds: 300 },
        { targets: [{ user: "ada@example.com" }], timeoutSeconds: 600 }
      ],
      repeat: 2,
      lastResort: [{ user: "ada@example.com" }],
      acknowledgementTimeoutSeconds: 3600
    }],
    services: [{ name: "Booking", team: "platform", routingKey: "booking", escalationPolicy: "default" }],
    integrations: [{ name: "Prometheus", kind: "alertmanager", service: "booking" }],
    ...parts
  })

/** What a document is refused for. */
const issuesOf = (document: SetupDocument, options: { readonly dryRun?: boolean } = {}) =>
  Effect.flatMap(Setups, (setups) => Effect.flip(setups.apply(document, options))).pipe(
    Effect.map((refusal) => refusal._tag === "Unprocessable" ? refusal.errors : [])
  )

/** Runs on behalf of the tenant that a document made. */
const inside = Effect.fnUntraced(function*<A, E, R>(slug: string, effect: Effect.Effect<A, E, R>) {
  const found = yield* (yield* Tenants).bySlug(decode({ tenant: { slug, name: "any" } }).tenant.slug)
  return yield* effect.pipe(asTenant(Option.getOrThrow(found).id))
})

const exists = Effect.fnUntraced(function*(document: SetupDocument) {
  return Option.isSome(yield* (yield* Tenants).bySlug(document.tenant.slug))
})

layer(setupsLayer)("Setups", (it) => {
  it.effect("makes everything that a document states, and says how to reach it", () =>
    Effect.gen(function*() {
      const result = yield* (yield* Setups).apply(documentFor("makes"))
      assert.deepStrictEqual(result.changes.map(({ action, kind, name }) => [action, kind, name]), [
        ["create", "tenant", "makes"],
        ["create", "user", "ada@example.com"],
        ["create", "user", "Ben@example.com"],
        ["create", "team", "Platform"],
        ["create", "schedule", "Primary"],
        ["create", "escalation policy", "Default"],
        ["create", "service", "Booking"],
        ["create", "integration", "Prometheus"]
      ])
      const [door] = result.integrations
      assert.match(door!.key, /^[0-9a-z]{32}$/)
      assert.strictEqual(door!.url, `https://innkeeper.example.com/in/${door!.key}/alertmanager`)
      assert.isTrue(Option.isSome(yield* (yield* Integrations).findByKey(door!.key)))
      assert.deepStrictEqual(result.webhookSecrets.map(({ address, user }) => [user, address]), [
        ["ada@example.com", "https://hooks.example.com/ada"]
      ])
      assert.match(result.webhookSecrets[0]!.secret, /^whsec_/)
      assert.deepStrictEqual(result.invitations.map(({ user }) => user), ["ada@example.com", "Ben@example.com"])
    }))

  it.effect("changes nothing the second time", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const first = yield* setups.apply(documentFor("second"))
      const second = yield* setups.apply(documentFor("second"))
      assert.deepStrictEqual(second.changes, [])
      assert.deepStrictEqual(second.integrations, first.integrations)
      assert.deepStrictEqual([second.webhookSecrets, second.invitations], [[], []])
    }))

  it.effect("changes nothing by what it exported", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const document = documentFor("exported")
      yield* setups.apply(document)
      const exported = yield* setups.export(document.tenant.slug)
      assert.deepStrictEqual((yield* setups.apply(exported)).changes, [])
      assert.deepStrictEqual(exported.schedules?.[0]?.overrides, [
        { user: "Ben@example.com", start: "2099-12-24T18:00", end: "2099-12-26T09:00" }
      ])
      assert.isUndefined(exported.integrations?.[0]?.key)
    }))

  it.effect("makes an equal tenant of an export", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const document = documentFor("original", {
        users: [
          { email: "ada@example.com", name: "Ada", role: "admin", platformAdmin: true },
          { email: "ben@example.com", name: "Ben", role: "responder" },
          { email: "cleo@example.com", name: "Cleo", role: "observer" }
        ]
      })
      yield* setups.apply(document)
      const users = yield* Users
      const deactivate = Effect.flatMap(users.list, (people) =>
        Effect.forEach(
          people.filter(({ name }) => name !== "Ada"),
          ({ id }) => users.update(id, { active: false })
        ))
      yield* inside("original", deactivate)
      const { tenant, ...rest } = yield* setups.export(document.tenant.slug)
      assert.deepStrictEqual(rest.users?.map(({ active, name }) => [name, active]), [["Ada", undefined], [
        "Ben",
        false
      ]])
      assert.deepStrictEqual((yield* setups.apply(decode({ ...rest, tenant }))).changes, [])
      const copy = decode({ ...rest, tenant: { ...tenant, slug: "copy" } })
      const { invitations } = yield* setups.apply(copy)
      assert.deepStrictEqual({ ...yield* setups.export(copy.tenant.slug), tenant }, { ...rest, tenant })
      assert.deepStrictEqual(invitations.map(({ user }) => user), ["ada@example.com"])
    }))

  it.effect("takes a person's place away and gives it back, and leaves it alone where the document does not say", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const apply = (active: object) =>
        setups.apply(decode({
          tenant: { slug: "active", name: "Meridian" },
          users: [{ email: "ada@example.com", name: "Ada", role: "admin", ...active }]
        }))
      const isActive = inside("active", Effect.map((yield* Users).list, ([ada]) => ada?.deactivatedAt === null))
      const seen: Array<boolean> = []
      for (const active of [{}, { active: false }, {}, { active: true }]) {
        yield* apply(active)
        seen.push(yield* isActive)
      }
      assert.deepStrictEqual(seen, [true, false, false, true])
    }))

  it.effect("restores everything that an export says", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const plain = {
        escalationPolicies: [{
          name: "Default",
          steps: [{ targets: [{ schedule: "primary" }], timeoutSeconds: 300 }]
        }]
      }
      const document = documentFor("restored", plain)
      yield* setups.apply(document)
      const exported = yield* setups.export(document.tenant.slug)
      yield* setups.apply(decode({
        tenant: document.tenant,
        users: [{ email: "ada@example.com", name: "Ada", role: "admin", platformAdmin: true }],
        escalationPolicies: [{
          ...plain.escalationPolicies[0],
          lastResort: [{ user: "ada@example.com" }],
          acknowledgementTimeoutSeconds: 3600
        }],
        services: [{ ...document.services![0], description: "Takes orders" }]
      }))
      assert.notDeepEqual(yield* setups.export(document.tenant.slug), exported)
      // What is left out stays as it is.
      yield* setups.apply(document)
      const [policy] = (yield* setups.export(document.tenant.slug)).escalationPolicies ?? []
      assert.strictEqual(policy?.acknowledgementTimeoutSeconds, 3600)
      yield* setups.apply(exported)
      assert.deepStrictEqual(yield* setups.export(document.tenant.slug), exported)
      assert.isNull(exported.escalationPolicies?.[0]?.acknowledgementTimeoutSeconds)
    }))

  it.effect("hands routing keys on from one service to another, and swaps them", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const withKeys = (keys: Record<string, string>) =>
        documentFor("handed-on", {
          services: Object.entries(keys).map(([name, routingKey]) => ({
            name,
            team: "Platform",
            routingKey,
            escalationPolicy: "Default"
          }))
        })
      yield* setups.apply(withKeys({ Booking: "one", Payments: "two" }))
      for (
        const keys of [
          { Booking: "two", Payments: "one" },
          { Search: "one", Payments: "two", Booking: "three" },
          { Booking: "one", Payments: "three", Search: "two" }
        ]
      ) {
        yield* setups.apply(withKeys(keys))
        const services = yield* inside("handed-on", (yield* Services).list)
        assert.deepStrictEqual(Object.fromEntries(services.map(({ name, routingKey }) => [name, routingKey])), keys)
      }
    }))

  it.effect("changes what differs and leaves the rest", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      yield* setups.apply(documentFor("differs"))
      const result = yield* setups.apply(decode({
        tenant: { slug: "differs", name: "Meridian Hotels" },
        services: [{ name: "BOOKING", team: "Platform", routingKey: "book", escalationPolicy: "Default" }]
      }))
      assert.deepStrictEqual(result.changes, [
        {
          action: "update",
          kind: "tenant",
          name: "differs",
          fields: [{ field: "name", before: "Meridian", after: "Meridian Hotels" }]
        },
        {
          action: "update",
          kind: "service",
          name: "BOOKING",
          fields: [
            { field: "name", before: "Booking", after: "BOOKING" },
            { field: "routingKey", before: "booking", after: "book" }
          ]
        }
      ])
      const services = yield* inside("differs", (yield* Services).list)
      assert.deepStrictEqual(services.map(({ name, routingKey }) => [name, routingKey]), [["BOOKING", "book"]])
      assert.lengthOf(yield* inside("differs", (yield* Users).list), 2)
    }))

  it.effect("takes a dry run back", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const document = documentFor("dry")
      const result = yield* setups.apply(document, { dryRun: true })
      assert.lengthOf(result.changes, 8)
      assert.deepStrictEqual([result.integrations, result.webhookSecrets, result.invitations], [[], [], []])
      assert.isFalse(yield* exists(document))
      assert.lengthOf((yield* setups.apply(document)).changes, 8)
    }))

  it.effect("leaves nothing behind when it fails half-way", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const taken = "k".repeat(32)
      const integrations = [{ name: "Theirs", kind: "generic", service: "Booking", key: taken }]
      yield* setups.apply(documentFor("holder", { integrations }))
      for (const document of [documentFor("half", { integrations }), documentFor("holder-of-none", { integrations })]) {
        for (const dryRun of [true, false]) {
          const issues = yield* issuesOf(document, { dryRun })
          assert.deepStrictEqual(issues.map(({ path }) => path), [["integrations", 0, "key"]])
          assert.isFalse(yield* exists(document))
        }
      }
    }))

  it.effect("names every place that is wrong and what was expected there", () =>
    Effect.gen(function*() {
      const document = documentFor("wrong", {
        teams: [{ name: "Platform", members: ["nobody@example.com"] }],
        services: [{ name: "Booking", team: "Plattform", routingKey: "booking", escalationPolicy: "Default" }]
      })
      assert.deepStrictEqual(yield* issuesOf(document), [
        {
          path: ["teams", 0, "members", 0],
          message:
            "expected the email address of a person in this document or in the tenant, got \"nobody@example.com\""
        },
        {
          path: ["services", 0, "team"],
          message: "expected the name of a team in this document or in the tenant, got \"Plattform\""
        }
      ])
    }))

  it.effect("says at its place in the document what a service refuses", () =>
    Effect.gen(function*() {
      const document = documentFor("refused", {
        users: [
          { email: "ada@example.com", name: "Ada", role: "admin" },
          {
            email: "ben@example.com",
            name: "Ben",
            role: "responder",
            contactMethods: [{ kind: "email", address: "ben@example.com" }, { kind: "webhook", address: "ftp://there" }]
          }
        ]
      })
      assert.deepStrictEqual(yield* issuesOf(document), [
        { path: ["users", 1, "contactMethods", 1, "address"], message: "expected an https:// URL" }
      ])
      assert.isFalse(yield* exists(document))
    }))

  for (const state of ["provisioning", "moving", "offboarding", "offboarded", "failed"] as const) {
    it.effect(`neither writes nor reads a tenant that is ${state}, and says why`, () =>
      Effect.gen(function*() {
        const owner = yield* OwnerSql
        const setups = yield* Setups
        const slug = `is-${state}`
        const document = documentFor(slug)
        yield* setups.apply(document)
        yield* owner`UPDATE tenant SET state = ${state} WHERE slug = ${slug}`
        const late = documentFor(slug, { users: [{ email: "late@example.com", name: "Late", role: "responder" }] })
        const refusals = [
          yield* Effect.flip(setups.apply(late)),
          yield* Effect.flip(setups.apply(late, { dryRun: true })),
          yield* Effect.flip(setups.export(document.tenant.slug))
        ]
        for (const refusal of refusals) {
          assert.strictEqual(refusal._tag, "Conflict")
          assert.match(refusal.detail ?? "", /^Meridian (is|could not be) /)
        }
        const emails = (yield* inside(slug, Effect.flatMap(Users, ({ list }) => list))).map(({ email }) => `${email}`)
        assert.notInclude(emails, "late@example.com")
      }))
  }

  it.effect("sends to its own server whoever asks for a tenant with a database of its own, built and not before", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const setups = yield* Setups
      const document = documentFor("elsewhere")
      yield* setups.apply(document)
      yield* owner`UPDATE tenant SET config = config || '{"tier": "isolated"}' WHERE slug = 'elsewhere'`
      assert.deepStrictEqual((yield* setups.apply(document)).changes, [])
      yield* owner`
        INSERT INTO tenant_provisioning (slug, config, url) VALUES ('elsewhere', '{}', 'https://elsewhere.example.com')`
      const refusals = [
        yield* Effect.flip(setups.apply(document)),
        yield* Effect.flip(setups.export(document.tenant.slug))
      ]
      for (const refusal of refusals) {
        assert.strictEqual(refusal._tag, "Conflict")
        assert.include(refusal.detail, "Ask its own server, which is at https://elsewhere.example.com")
      }
      yield* owner`UPDATE tenant SET state = 'suspended' WHERE slug = 'elsewhere'`
      assert.include((yield* Effect.flip(setups.apply(document))).detail, "when the tenant is resumed")
    }))

  it.effect("waits for an operation that is begun with the tenant, and lets none begin meanwhile", () =>
    Effect.gen(function*() {
      const owner = yield* OwnerSql
      const setups = yield* Setups
      const document = documentFor("begun")
      yield* setups.apply(document)
      const applying = yield* owner.withTransaction(Effect.gen(function*() {
        yield* owner`UPDATE tenant SET state = 'moving' WHERE slug = 'begun'`
        const applying = yield* Effect.forkChild(Effect.flip(setups.apply(document)))
        yield* owner<{ waits: boolean }>`
          SELECT pg_stat_clear_snapshot(), EXISTS (
            SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR NO KEY UPDATE%'
              AND pid <> pg_backend_pid()
          ) AS waits`.pipe(
          Effect.repeat({ until: ([row]) => row!.waits, schedule: Schedule.spaced("20 millis") }),
          TestClock.withLive
        )
        return applying
      }))
      assert.strictEqual((yield* Fiber.join(applying))._tag, "Conflict")
    }))

  it.effect("applies one document of a tenant after the other", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const results = yield* Effect.all(Array.from({ length: 4 }, () => setups.apply(documentFor("at-once"))), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(results.map(({ changes }) => changes.length).toSorted(), [0, 0, 0, 8])
    }))

  it.effect("says that another document is being applied, where that takes long", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const document = documentFor("at-length")
      yield* setups.apply(document)
      const sql = yield* SqlClient.SqlClient
      const owner = yield* OwnerSql
      const impatient = <A, E>(effect: Effect.Effect<A, E>) =>
        sql.withTransaction(Effect.andThen(sql`SET LOCAL lock_timeout = '100ms'`, Effect.flip(effect)))
      const refused = yield* owner.withTransaction(Effect.gen(function*() {
        yield* owner`SELECT pg_advisory_xact_lock(hashtextextended('setup/at-length', 0))`
        return [yield* impatient(setups.apply(document)), yield* impatient(setups.export(document.tenant.slug))]
      }))
      for (const conflict of refused) {
        assert.strictEqual(conflict._tag, "Conflict")
        assert.include(conflict.detail, "Another document")
      }
      assert.deepStrictEqual((yield* setups.apply(document)).changes, [])
    }))

  it.effect("mails new people whom the document invites, once", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const { mails } = yield* SmtpSink
      const before = (yield* mails).length
      const { invitations } = yield* setups.apply(documentFor("invited"))
      yield* setups.apply(documentFor("invited"))
      const sent = (yield* mails).slice(before)
      assert.deepStrictEqual(sent.map(({ to }) => to), [["ada@example.com"]])
      assert.include(sent[0]!.content.text, invitations[0]!.url)
    }))

  it.effect("answers with the links of new people, however long their mails take", () =>
    Effect.gen(function*() {
      const sessions = yield* Sessions
      const mailed: Array<string> = []
      const slow = Sessions.of({
        ...sessions,
        mailInvitation: ({ email }) =>
          Effect.sync(() => mailed.push(email)).pipe(Effect.delay("1 minute"), Effect.asVoid)
      })
      const { apply } = Context.get(
        yield* Layer.build(Layer.fresh(Setups.layer)).pipe(Effect.provideService(Sessions, slow)),
        Setups
      )
      const { invitations } = yield* runWithClock(apply(documentFor("slowly-mailed")), "100 millis")
      assert.deepStrictEqual([invitations.map(({ user }) => user), mailed], [
        ["ada@example.com", "Ben@example.com"],
        []
      ])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(mailed, ["ada@example.com"])
    }))

  it.effect("puts what it changes on record", () =>
    Effect.gen(function*() {
      yield* (yield* Setups).apply(documentFor("recorded"))
      const entries = yield* inside("recorded", (yield* Audit).search({ limit: 100 }))
      assert.includeMembers(entries.map(({ action }) => action), [
        "tenant.created",
        "user.created",
        "team.created",
        "schedule.created",
        "policy.created",
        "service.created",
        "integration.created"
      ])
    }))

  it.effect("is on the admins' record when an admin changes something or takes the document, with no word of it", () =>
    Effect.gen(function*() {
      const setups = yield* Setups
      const admin = new AdminActor({ kind: "token", sessionId: null })
      const asAdmin = Effect.provideService(CurrentAdmin, admin)
      const newest = Effect.map(
        Effect.flatMap(AdminAudit, ({ list }) => list({ limit: 1 })),
        ([entry]) => entry
      )
      const before = yield* newest
      const document = documentFor("on-record")
      yield* asAdmin(setups.apply(document, { dryRun: true }))
      assert.deepStrictEqual(yield* newest, before)

      yield* asAdmin(setups.apply(document))
      const applied = yield* newest
      const kinds = ["tenant", "team", "schedule", "escalation policy", "service", "integration"]
      assert.deepInclude(applied, {
        action: "tenant.set-up",
        actor: admin,
        detail: {
          slug: "on-record",
          created: { user: 2, ...Object.fromEntries(kinds.map((kind) => [kind, 1])) },
          updated: {}
        }
      })
      assert.match(applied!.subject!, /^tenant:[\da-f-]{36}$/)

      yield* asAdmin(setups.apply(document))
      assert.deepStrictEqual(yield* newest, applied)
      yield* setups.apply(documentFor("on-record", { tenant: { slug: "on-record", name: "Of the demonstration" } }))
      assert.deepStrictEqual(yield* newest, applied)
      yield* asAdmin(setups.apply(document))
      assert.deepInclude((yield* newest)?.detail, { created: {}, updated: { tenant: 1 } })

      yield* asAdmin(setups.export(document.tenant.slug))
      assert.deepInclude(yield* newest, {
        action: "tenant.exported",
        subject: applied!.subject,
        actor: admin,
        detail: { slug: "on-record" }
      })
    }))

  it.effect("knows no tenant that nobody made", () =>
    Effect.gen(function*() {
      const refusal = yield* Effect.flip((yield* Setups).export(documentFor("nowhere").tenant.slug))
      assert.deepInclude(refusal, { _tag: "NotFound", resource: "tenant" })
    }))
})
