import { assert, layer } from "@effect/vitest"
import { decodeTenantConfig, type TenantId } from "@innkeeper/config"
import { asTenant, findTenantTables, OwnerSql, withTenant } from "@innkeeper/database"
import {
  ApiKeys,
  ArchiveStorage,
  moveKey,
  SecretBox,
  Sessions,
  TenantArchive,
  TenantMoves,
  Tenants,
  Users,
  Webhooks,
  WebhookSecrets
} from "@innkeeper/platform"
import { Outbox } from "@innkeeper/runtime"
import { HttpSink, makeTenant, ownTenant, SmtpSink } from "@innkeeper/testkit"
import { Context, Effect, Layer, Option, Redacted, Schema, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { parse } from "yaml"
import { loadDemo } from "./demo/Demo.ts"
import { playStory } from "./demo/playStory.ts"
import { Integrations } from "./integration/Integrations.ts"
import { SetupDocument } from "./setup/SetupDocument.ts"
import { placeLayer } from "./testing.fixture.ts"

const text = readFileSync(new URL("../../../demo/demo.yaml", import.meta.url), "utf8")
const document = Schema.decodeUnknownSync(SetupDocument, { onExcessProperty: "error" })(parse(text))
const password = Redacted.make("a password for the demo")

const secrets = { pool: "the secret of the pool, long enough", own: "the secret of the tenant's own pods" }

const placeOf = (secret: string) => Layer.build(placeLayer(secret))
type Place = Effect.Success<ReturnType<typeof placeOf>>

/** Every row of each table, but for its number and its transaction, in their order. */
const rowsOf = (place: Place, tenant: TenantId) =>
  Effect.gen(function*() {
    const owner = Context.get(place, OwnerSql)
    const tables = yield* Effect.provideService(findTenantTables(), SqlClient.SqlClient, owner)
    const found = yield* Effect.forEach(tables, ({ columns, name }) => {
      const sealed = columns.filter((column) => column.name.endsWith("_sealed")).map((column) => column.name)
      const left = [
        "transaction",
        ...columns.filter(({ identity }) => identity).map((column) => column.name),
        ...sealed
      ]
      return Effect.map(
        owner<{ row: string }>`
          SELECT (to_jsonb(t) - ${left}::text[])::text AS row FROM ${
          owner(name)
        } t WHERE tenant_id = ${tenant} ORDER BY 1`,
        (rows) => [name, rows.map(({ row }) => row)] as const
      )
    })
    return Object.fromEntries(found.filter(([, rows]) => rows.length > 0))
  })

/** What moving itself puts on record where the tenant arrives. */
const withoutTraces = (rows: Readonly<Record<string, ReadonlyArray<string>>>) =>
  Object.fromEntries(
    Object.entries(rows).map(([name, all]) => [name, all.filter((row) => !row.includes("\"tenant.moved\""))])
      .filter(([, all]) => all!.length > 0)
  )

/** Hands an archive from one place to the other, as it is. */
const handOver = Effect.fnUntraced(
  function*(from: Place, to: Place, name: Parameters<ArchiveStorage["Service"]["read"]>[0]) {
    const [source, target] = [Context.get(from, ArchiveStorage), Context.get(to, ArchiveStorage)]
    const bytes = yield* Stream.runCollect(source.read(name))
    yield* target.write(name, Stream.fromIterable(bytes))
    return Buffer.concat([...bytes])
  }
)

const configOf = (slug: string) => Effect.orDie(decodeTenantConfig(ownTenant(slug)))

/** Moves a tenant by an operation of its own, and removes it where it was. */
const move = Effect.fnUntraced(function*(from: Place, to: Place, tenant: TenantId, slug: string) {
  const operation = randomUUID()
  const moving = { operation, key: moveKey(Redacted.make(secrets.pool), operation) }
  const { held, name } = yield* Context.get(from, TenantMoves).pack(tenant, moving, yield* configOf(slug))
  yield* handOver(from, to, name)
  const arrived = yield* Context.get(to, TenantMoves).bring(name, moving)
  assert.deepStrictEqual(arrived, held)
  return { moving, name }
})

/** A tenant with something in nearly every table, and all that it has secrets for. */
const makeDemo = Effect.fnUntraced(function*(place: Place) {
  const onPlace = Effect.provideContext(place)
  yield* onPlace(loadDemo({ document, password }))
  const tenant = Option.getOrThrow(yield* Context.get(place, Tenants).bySlug(document.tenant.slug))
  yield* onPlace(playStory({ patience: 0 }).pipe(asTenant(tenant.id)))
  const as = asTenant(tenant.id)
  const told = yield* Context.get(place, Webhooks).create({
    url: (yield* HttpSink).url,
    description: "",
    eventTypes: []
  }).pipe(as)
  const { key } = yield* Context.get(place, ApiKeys).create({
    name: "program",
    scopes: ["incidents:read"],
    expiresAt: null
  }).pipe(as)
  const person = document.users![0]!
  const users = yield* Context.get(place, Users).list.pipe(as)
  const ada = users.find(({ email }) => email === person.email)!
  const contact = yield* Context.get(place, Users).addContactMethod(ada.id, {
    kind: "webhook",
    address: (yield* HttpSink).url
  }).pipe(as)
  const integrations = yield* Context.get(place, Integrations).list(true).pipe(as)
  return { tenant, as, key, told, contact, ada, integrations }
})

layer(Layer.mergeAll(HttpSink.layer, SmtpSink.layer), { timeout: "90 seconds", excludeTestServices: true })(
  "the move of a tenant between two databases",
  (it) => {
    it.effect("takes every row along, there and back, and every secret works in both places", () =>
      Effect.gen(function*() {
        const [pool, own] = [yield* placeOf(secrets.pool), yield* placeOf(secrets.own)]
        const { ada, as, contact, integrations, key, tenant, told } = yield* makeDemo(pool)
        const slug = tenant.slug
        const before = yield* rowsOf(pool, tenant.id)
        assert.includeMembers(Object.keys(before), [
          "user_account",
          "incident",
          "alert",
          "outbox_event",
          "audit_entry",
          "integration",
          "webhook_endpoint",
          "contact_method",
          "escalation_run",
          "api_key"
        ])
        const works = Effect.fnUntraced(function*(place: Place) {
          const shown = yield* Context.get(place, Integrations).list(true).pipe(as)
          assert.deepStrictEqual(shown.map(({ key }) => key), integrations.map(({ key }) => key))
          const door = yield* Context.get(place, Integrations).findByKey(shown[0]!.key!)
          assert.strictEqual(Option.getOrThrow(door).tenantId, tenant.id)
          assert.strictEqual(Option.getOrThrow(yield* Context.get(place, ApiKeys).find(key)).tenantId, tenant.id)
          yield* Context.get(place, Sessions).signIn({ email: ada.email, password })
          const secret = yield* Context.get(place, WebhookSecrets).ofContactMethod(tenant.id, contact.contactMethod.id)
          assert.strictEqual(Redacted.value(secret), contact.secret)
          const [endpoint] = yield* Context.get(place, OwnerSql)<{ sealed: string }>`
            SELECT secret_sealed AS sealed FROM webhook_endpoint WHERE id = ${told.endpoint.id}`
          const opened = yield* Context.get(place, SecretBox).open("webhook endpoint", endpoint!.sealed)
          assert.strictEqual(Redacted.value(opened), Redacted.value(told.secret))
        })
        yield* works(pool)
        const signedIn = yield* rowsOf(pool, tenant.id)

        yield* move(pool, own, tenant.id, slug)
        assert.deepStrictEqual(withoutTraces(yield* rowsOf(own, tenant.id)), signedIn)
        yield* works(own)

        yield* Context.get(pool, TenantArchive).remove(tenant.id)
        const there = yield* rowsOf(own, tenant.id)
        yield* move(own, pool, tenant.id, slug)
        assert.deepStrictEqual(withoutTraces(yield* rowsOf(pool, tenant.id)), withoutTraces(there))
        yield* works(pool)
      }).pipe(Effect.scoped))

    it.effect("does nothing the second time, also after the tenant has gone on, and touches nobody else", () =>
      Effect.gen(function*() {
        const [pool, own] = [yield* placeOf(secrets.pool), yield* placeOf(secrets.own)]
        const { as, tenant } = yield* makeDemo(pool)
        const other = yield* makeTenant("globex").pipe(Effect.provideContext(own))
        yield* Context.get(own, ApiKeys).create({ name: "theirs", scopes: ["incidents:read"], expiresAt: null }).pipe(
          asTenant(other)
        )
        const [theirs, sent] = [yield* rowsOf(own, other), yield* rowsOf(pool, tenant.id)]
        const { moving, name } = yield* move(pool, own, tenant.id, tenant.slug)
        assert.deepStrictEqual(yield* rowsOf(own, other), theirs)
        assert.deepStrictEqual(yield* rowsOf(pool, tenant.id), sent)
        yield* Context.get(own, ApiKeys).create({ name: "later", scopes: ["incidents:read"], expiresAt: null }).pipe(as)
        const gone = yield* rowsOf(own, tenant.id)
        yield* Context.get(own, TenantMoves).bring(name, moving)
        assert.deepStrictEqual(yield* rowsOf(own, tenant.id), gone)
        const next = { operation: randomUUID(), key: moving.key }
        assert.match(
          (yield* Effect.flip(Context.get(own, TenantMoves).bring(name, next))).message,
          /^The tenant's data cannot be moved: it has rows in \w+ where it goes\.$/
        )
      }).pipe(Effect.scoped))

    it.effect("is refused with a sentence, and writes nothing, where it cannot be whole", () =>
      Effect.gen(function*() {
        const [pool, own] = [yield* placeOf(secrets.pool), yield* placeOf(secrets.own)]
        const { tenant } = yield* makeDemo(pool)
        const operation = randomUUID()
        const moving = { operation, key: moveKey(Redacted.make(secrets.pool), operation) }
        const { name } = yield* Context.get(pool, TenantMoves).pack(tenant.id, moving, yield* configOf(tenant.slug))
        const archive = yield* handOver(pool, own, name)
        assert.notInclude(gunzipSync(archive).toString(), secrets.pool)
        const owner = Context.get(own, OwnerSql)
        const moves = Context.get(own, TenantMoves)
        const refusal = Effect.map(Effect.flip(moves.bring(name, moving)), ({ message }) => message)

        const foreign = { operation, key: moveKey(Redacted.make(secrets.own), operation) }
        assert.match((yield* Effect.flip(moves.bring(name, foreign))).message, /is not whole, or not as it was written/)
        yield* owner`UPDATE platform_migrations SET migration_id = 99 WHERE migration_id = 1`
        assert.match(
          yield* refusal,
          /different versions of Innkeeper \(platform_migrations: \d+ where it comes from, 99 where it goes\)/
        )
        yield* owner`UPDATE platform_migrations SET migration_id = 1 WHERE migration_id = 99`
        // The other server changes what it is given: found out by reading it back.
        yield* owner`
          CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.title := NEW.title || '!'; RETURN NEW; END $$`
        yield* owner`CREATE TRIGGER spoil BEFORE INSERT ON incident FOR EACH ROW EXECUTE FUNCTION spoil()`
        assert.match(yield* refusal, /what was written is not what was sent: incident has other rows/)
        yield* owner`DROP TRIGGER spoil ON incident`
        assert.deepStrictEqual(yield* rowsOf(own, tenant.id), {})
        assert.deepStrictEqual(yield* owner`SELECT slug FROM tenant`, [])
        yield* moves.bring(name, moving)
      }).pipe(Effect.scoped))

    it.effect("lets consumers go on where they were: what they have read stays read, and the rest comes once", () =>
      Effect.gen(function*() {
        const [pool, own] = [yield* placeOf(secrets.pool), yield* placeOf(secrets.own)]
        const { as, tenant } = yield* makeDemo(pool)
        const owner = Context.get(pool, OwnerSql)
        const event = (subject: string) =>
          Context.get(pool, Outbox).publishAll([{ type: "thing.happened", subject, payload: null }]).pipe(
            withTenant,
            as,
            Effect.provideContext(pool)
          )
        yield* event("before")
        yield* owner`
          INSERT INTO event_consumer (name, transaction, position, types)
          SELECT 'things', max(transaction), max(position), ARRAY['thing.happened'] FROM outbox_event`
        yield* event("after")
        yield* move(pool, own, tenant.id, tenant.slug)
        const unread = yield* Context.get(own, OwnerSql)<{ subject: string }>`
          SELECT subject FROM outbox_event event JOIN event_consumer consumer
            ON (event.transaction, event.position) > (consumer.transaction, consumer.position)
          WHERE consumer.name = 'things' AND event.type = ANY (consumer.types)`
        assert.deepStrictEqual(unread, [{ subject: "after" }])
        const [ahead] = yield* Context.get(own, OwnerSql)<{ count: number }>`
          SELECT count(*)::int AS count FROM outbox_event WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot())`
        assert.strictEqual(ahead!.count, 0)
      }).pipe(Effect.scoped))
  }
)
