import { assert, layer } from "@effect/vitest"
import type { TenantId } from "@innkeeper/config"
import { asTenant, withPlatform, withTenant } from "@innkeeper/database"
import { makeTenant, TestDatabase } from "@innkeeper/testkit"
import { DateTime, Deferred, type Duration, Effect, Exit, Layer, Queue, Schedule, Scope } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { clusterLayer } from "../cluster/Cluster.ts"
import { deleteExpired } from "../cluster/Retention.ts"
import { migrations } from "../Migrations.ts"
import { start as origin } from "./Cursor.ts"
import type { DeadLetterId, DeadLetterState } from "./DeadLetter.ts"
import { DeadLetters } from "./DeadLetters.ts"
import { unresolvedLetters } from "./DeadLetterStore.ts"
import type { DomainEvent } from "./DomainEvent.ts"
import { EventConsumer } from "./EventConsumer.ts"
import { handleOnce } from "./handleOnce.ts"
import { Outbox } from "./Outbox.ts"
import { OutboxSignal } from "./OutboxSignal.ts"
import { eventsBetween, horizon } from "./OutboxStore.ts"

const Live = Layer.mergeAll(clusterLayer({ kind: "embedded" }), Outbox.layer, DeadLetters.layer).pipe(
  Layer.provideMerge(OutboxSignal.layer),
  Layer.provideMerge(TestDatabase.layer([migrations]))
)

let tenants = 0
const newTenant = Effect.suspend(() => makeTenant(`letters-${++tenants}`))

const publish = Effect.fnUntraced(function*(tenant: TenantId, type: string, ...subjects: ReadonlyArray<string>) {
  const { publishAll } = yield* Outbox
  yield* publishAll(subjects.map((subject) => ({ type, subject, payload: { about: subject } }))).pipe(
    withTenant,
    asTenant(tenant)
  )
})

/** A consumer, of events of its own name if not given, which ends with the scope and tries five times without a wait. */
const start = Effect.fnUntraced(function*(
  name: string,
  handler: (event: DomainEvent) => Effect.Effect<unknown, never, SqlClient.SqlClient>,
  { timeout = "1 minute", types = [name] }: {
    readonly timeout?: Duration.Input
    readonly types?: ReadonlyArray<string>
  } = {}
) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const consumer = EventConsumer.layer({
    name,
    types,
    handler: (event) => Effect.asVoid(handler(event)),
    retries: Schedule.recurs(4),
    timeout
  })
  yield* Layer.buildWithScope(consumer, scope)
  return scope
})

const search = (consumer: string) => Effect.flatMap(DeadLetters, (letters) => letters.search({ consumer, limit: 50 }))

/** Waits for the letters of a consumer to be in these states, oldest first. */
const letterStates = (consumer: string, ...states: ReadonlyArray<DeadLetterState>) =>
  Effect.repeat(search(consumer), {
    until: (letters) => letters.toReversed().map(({ state }) => state).join() === states.join(),
    schedule: Schedule.spaced("20 millis")
  }).pipe(Effect.map((letters) => letters.toReversed()))

/** Puts one letter aside and gives it. */
const oneLetter = Effect.fnUntraced(function*(consumer: string, tenant: TenantId) {
  const scope = yield* start(consumer, () => Effect.die("away"))
  yield* publish(tenant, consumer, "poison")
  const [letter] = yield* letterStates(consumer, "dead")
  yield* Scope.close(scope, Exit.void)
  return letter!
})

layer(Live, { excludeTestServices: true })("dead letters", (it) => {
  it.effect("are handed to their consumer again, which may run in another process, and are settled then", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { get, replay } = yield* DeadLetters
      const letter = yield* oneLetter("mended", acme)
      assert.deepStrictEqual(
        [letter.type, letter.subject, letter.payload, letter.tenantId, letter.failures, letter.settledAt],
        ["mended", "poison", { about: "poison" }, acme, 1, null]
      )
      assert.include(letter.error, "away")

      assert.strictEqual((yield* replay(letter.id)).state, "replaying")
      const again = yield* Queue.unbounded<DomainEvent>()
      yield* start("mended", (event) => Queue.offer(again, event))
      const event = yield* Queue.take(again)
      assert.deepStrictEqual(
        [event.id, event.tenantId, event.type, event.subject, event.payload],
        [letter.eventId, acme, "mended", "poison", { about: "poison" }]
      )
      assert.deepStrictEqual(event.at, letter.happenedAt)
      yield* letterStates("mended", "replayed")
      assert.isNotNull((yield* get(letter.id)).settledAt)
    }).pipe(Effect.scoped))

  it.effect("wait for a pod that knows their type", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const handled = yield* Queue.unbounded<string>()
      const types = ["old type", "new type"]
      const take = ({ type }: DomainEvent) => Queue.offer(handled, type)
      const failing = yield* start("updated", () => Effect.die("no"), { types })
      yield* publish(acme, "new type", "a")
      const [letter] = yield* letterStates("updated", "dead")
      yield* Scope.close(failing, Exit.void)

      const old = yield* start("updated", take, { types: ["old type"] })
      yield* Effect.flatMap(DeadLetters, ({ replay }) => replay(letter!.id))
      for (const subject of ["b", "c", "d"]) {
        yield* publish(acme, "old type", subject)
        assert.strictEqual(yield* Queue.take(handled), "old type")
      }
      yield* letterStates("updated", "replaying")
      yield* Scope.close(old, Exit.void)

      yield* start("updated", take, { types })
      assert.strictEqual(yield* Queue.take(handled), "new type")
      yield* letterStates("updated", "replayed")
    }).pipe(Effect.scoped))

  it.effect("reach the running consumer at once, and are dead again when it fails again", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { replay } = yield* DeadLetters
      let tries = 0
      yield* start("broken", () => Effect.suspend(() => Effect.die(`try ${++tries}`)))
      yield* publish(acme, "broken", "poison")
      const [letter] = yield* letterStates("broken", "dead")
      assert.strictEqual((yield* replay(letter!.id)).state, "replaying")
      const [again] = yield* letterStates("broken", "dead")
      assert.deepStrictEqual([again!.id, again!.failures], [letter!.id, 2])
      assert.include(again!.error, "try 10")
    }).pipe(Effect.scoped))

  it.effect("block neither their consumer nor others of their subject", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const handled = yield* Queue.unbounded<string>()
      yield* start("goes-on", (event) =>
        (event.payload as { about: string }).about === "poison"
          ? Effect.die("no")
          : Queue.offer(handled, event.subject))
      yield* publish(acme, "goes-on", "poison")
      yield* letterStates("goes-on", "dead")
      yield* publish(acme, "goes-on", "next")
      assert.strictEqual(yield* Queue.take(handled), "next")
    }).pipe(Effect.scoped))

  it.effect("are also those whose handler hangs, which is tried as often as one that fails", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const handled = yield* Queue.unbounded<string>()
      let tries = 0
      yield* start(
        "hangs",
        ({ subject }) =>
          Effect.suspend(() =>
            subject === "stuck" || (subject === "slow once" && ++tries === 1)
              ? Effect.never
              : Queue.offer(handled, subject)
          ),
        { timeout: "100 millis" }
      )
      yield* publish(acme, "hangs", "stuck", "slow once", "well")
      assert.sameMembers(yield* Effect.replicateEffect(Queue.take(handled), 2), ["slow once", "well"])
      const [letter] = yield* letterStates("hangs", "dead")
      assert.strictEqual(letter!.subject, "stuck")
      assert.include(letter!.error, "100ms")
      yield* publish(acme, "hangs", "later")
      assert.strictEqual(yield* Queue.take(handled), "later")
    }).pipe(Effect.scoped))

  it.effect("are not those that the database has no room or no time for at present", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const handled = yield* Queue.unbounded<string>()
      const locked = new SqlError.SqlError({ reason: new SqlError.LockTimeoutError({ cause: new Error("locked") }) })
      let tries = 0
      yield* start("locked", ({ subject }) =>
        Effect.suspend(() => ++tries <= 12 ? Effect.die(locked) : Queue.offer(handled, subject)))
      yield* publish(acme, "locked", "a")
      assert.strictEqual(yield* Queue.take(handled), "a")
      assert.strictEqual(tries, 13)
      assert.deepStrictEqual(yield* search("locked"), [])
    }).pipe(Effect.scoped))

  it.effect("let new events go first, however many are replayed", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { replayAll } = yield* DeadLetters
      const poisons = Array.from({ length: 20 }, (_, number) => `${number}`)
      const first = yield* start("fair", () => Effect.die("away"))
      yield* publish(acme, "fair", ...poisons)
      yield* letterStates("fair", ...poisons.map(() => "dead" as const))
      yield* Scope.close(first, Exit.void)

      yield* replayAll({ consumer: "fair" })
      const handled = yield* Queue.unbounded<string>()
      const goOn = yield* Deferred.make<void>()
      yield* start("fair", ({ subject }) =>
        Effect.andThen(
          Queue.offer(handled, subject),
          subject === "news" ? Effect.void : Deferred.await(goOn)
        ))
      // As many as it handles side by side.
      assert.sameMembers(yield* Effect.replicateEffect(Queue.take(handled), 16), poisons.slice(0, 16))
      yield* publish(acme, "fair", "news")
      const readable = Effect.flatMap(horizon, (below) =>
        eventsBetween({ after: origin, below, types: ["fair"], limit: 50 }))
      yield* withPlatform("test")(readable).pipe(
        Effect.repeat({
          until: ({ length }) =>
            length === 21,
          schedule: Schedule.spaced("20 millis")
        })
      )
      yield* Deferred.succeed(goOn, undefined)
      assert.strictEqual(yield* Queue.take(handled), "news")
      assert.sameMembers(yield* Effect.replicateEffect(Queue.take(handled), 4), poisons.slice(16))
    }).pipe(Effect.scoped))

  it.effect("keep the order of their subject", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { replayAll } = yield* DeadLetters
      const first = yield* start("ordered", () => Effect.die("away"))
      yield* publish(acme, "ordered", "a", "a", "a")
      const letters = yield* letterStates("ordered", "dead", "dead", "dead")
      yield* Scope.close(first, Exit.void)
      yield* replayAll({ consumer: "ordered" })
      const handled: Array<string> = []
      yield* start("ordered", ({ id }) => Effect.sync(() => handled.push(id)))
      yield* letterStates("ordered", "replayed", "replayed", "replayed")
      assert.deepStrictEqual(handled, letters.map(({ eventId }) => eventId))
    }).pipe(Effect.scoped))

  it.effect("tell of an error whose text PostgreSQL does not take as it is", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      yield* start("unprintable", () => Effect.die(new Error("zero\0byte")))
      yield* publish(acme, "unprintable", "poison")
      const [letter] = yield* letterStates("unprintable", "dead")
      assert.include(letter!.error, "zerobyte")
    }).pipe(Effect.scoped))

  it.effect("are discarded for good, and settled once", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { discard, get, replay } = yield* DeadLetters
      const letter = yield* oneLetter("given-up", acme)
      assert.strictEqual((yield* discard(letter.id)).state, "discarded")
      for (const settle of [discard, replay]) {
        const refused = yield* Effect.flip(settle(letter.id))
        assert.strictEqual(refused._tag, "DeadLetterSettled")
      }
      assert.strictEqual((yield* get(letter.id)).state, "discarded")
      const nobody = "01980000-0000-7000-8000-000000000000" as DeadLetterId
      for (const settle of [discard, replay, get]) {
        assert.strictEqual((yield* Effect.flip(settle(nobody)))._tag, "DeadLetterNotFound")
      }
    }).pipe(Effect.scoped))

  it.effect("are discarded while they wait for a consumer that does not come back", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { discard, replay } = yield* DeadLetters
      const letter = yield* oneLetter("gone", acme)
      yield* replay(letter.id)
      assert.strictEqual((yield* Effect.flip(replay(letter.id)))._tag, "DeadLetterSettled")
      assert.strictEqual((yield* discard(letter.id)).state, "discarded")
      const again = yield* Queue.unbounded<string>()
      yield* start("gone", (event) => Queue.offer(again, event.subject))
      yield* publish(acme, "gone", "next")
      assert.strictEqual(yield* Queue.take(again), "next")
    }).pipe(Effect.scoped))

  it.effect("are found by consumer, type, tenant, state and text, page by page", () =>
    Effect.gen(function*() {
      const [acme, globex] = [yield* newTenant, yield* newTenant]
      const { discard, search } = yield* DeadLetters
      yield* start("found", (event) => Effect.die(`no ${event.subject} 100%`))
      yield* publish(acme, "found", "a", "b")
      yield* publish(globex, "found", "c")
      const all = yield* letterStates("found", "dead", "dead", "dead")
      const found = (filter: Parameters<typeof search>[0]) =>
        Effect.map(search(filter), (letters) => letters.map(({ subject }) => subject).toSorted().join(""))
      assert.strictEqual(yield* found({ consumer: "found", type: "found", limit: 9 }), "abc")
      assert.strictEqual(yield* found({ tenantId: acme, limit: 9 }), "ab")
      assert.strictEqual(yield* found({ consumer: "found", text: "NO C 100%", limit: 9 }), "c")
      assert.strictEqual(yield* found({ consumer: "found", text: "1_0", limit: 9 }), "")
      assert.strictEqual(yield* found({ consumer: "another", limit: 9 }), "")
      yield* discard(all[0]!.id)
      assert.strictEqual((yield* found({ consumer: "found", states: ["dead"], limit: 9 })).length, 2)

      const first = yield* search({ consumer: "found", limit: 2 })
      const second = yield* search({ consumer: "found", limit: 2, before: first.at(-1)!.id })
      assert.sameMembers([...first, ...second].map(({ id }) => id), all.map(({ id }) => id))
      assert.strictEqual(second.length, 1)
    }).pipe(Effect.scoped))

  it.effect("go back to their consumer, or are given up, all of a kind together", () =>
    Effect.gen(function*() {
      const [acme, globex] = [yield* newTenant, yield* newTenant]
      const { discardAll, replayAll } = yield* DeadLetters
      const subjects = Array.from({ length: 600 }, (_, index) => `event ${index}`)
      let mended = false
      const handled = new Set<string>()
      yield* start("many", (event) =>
        Effect.suspend(() => {
          if (!mended) return Effect.die("away")
          handled.add(event.subject)
          return Effect.void
        }))
      const sql = yield* SqlClient.SqlClient
      yield* publish(acme, "many", "first")
      const [first] = yield* letterStates("many", "dead")
      // As if each had been tried as the first was.
      yield* withPlatform("test")(sql`
        INSERT INTO dead_letter (id, tenant_id, consumer, event_id, event, error, happened_at, transaction, position)
        SELECT gen_random_uuid(), ${acme}::uuid, consumer, gen_random_uuid(), event || jsonb_build_object('subject', subject),
          error, happened_at, transaction, position + 1
        FROM dead_letter, unnest(${subjects}::text[]) subject WHERE id = ${first!.id}::uuid`)
      const beside = yield* oneLetter("beside", globex)
      const count = (states: ReadonlyArray<DeadLetterState>) =>
        Effect.map(
          withPlatform("test")(sql<{ readonly count: number }>`
          SELECT count(*)::int AS count FROM dead_letter WHERE consumer = 'many' AND state IN ${sql.in(states)}`),
          (rows) => rows[0]?.count
        )

      assert.strictEqual(yield* replayAll({ consumer: "many", tenantId: globex }), 0)
      assert.strictEqual(yield* discardAll({ consumer: "many", text: "EVENT 59" }), 11)
      mended = true
      assert.strictEqual(yield* replayAll({ consumer: "many" }), 590)
      yield* Effect.repeat(count(["replayed"]), {
        until: (replayed) => replayed === 590,
        schedule: Schedule.spaced("50 millis")
      })
      assert.strictEqual(handled.size, 590)
      assert.strictEqual(yield* count(["discarded"]), 11)
      assert.strictEqual(yield* replayAll({ consumer: "many" }), 0)
      const { get } = yield* DeadLetters
      assert.strictEqual((yield* get(beside.id)).state, "dead")
    }).pipe(Effect.scoped))

  it.effect("are counted while unresolved, and kept for 30 days after", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const { discard, get } = yield* DeadLetters
      const settled = yield* oneLetter("kept", acme)
      const counted = Effect.map(
        withPlatform("test")(unresolvedLetters),
        (counts) => counts.find(({ consumer }) => consumer === "kept")?.count
      )
      assert.strictEqual(yield* counted, 1)
      yield* discard(settled.id)
      assert.strictEqual(yield* counted, 0)
      const open = yield* oneLetter("kept-open", acme)
      const now = yield* DateTime.now
      yield* deleteExpired(DateTime.add(now, { days: 29 }))
      assert.strictEqual((yield* get(settled.id)).state, "discarded")
      yield* deleteExpired(DateTime.add(now, { days: 31 }))
      assert.strictEqual((yield* Effect.flip(get(settled.id)))._tag, "DeadLetterNotFound")
      assert.strictEqual((yield* get(open.id)).state, "dead")
    }).pipe(Effect.scoped))
})

layer(Live, { excludeTestServices: true })("what nobody needs any more", (it) => {
  it.effect("is forgotten after 30 days: marks of handled events, schedules and singletons of earlier releases", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const sql = yield* SqlClient.SqlClient
      const rows = (days: number) =>
        Effect.gen(function*() {
          yield* sql`
            INSERT INTO handled_event (tenant_id, consumer, event_id, at)
            SELECT ${acme}::uuid, 'old', gen_random_uuid(), now() - make_interval(days => ${days})
            FROM generate_series(1, 2500)`
          yield* sql`
            INSERT INTO schedule_state (name, cron, zone, tolerance_seconds, next_at)
            VALUES (${`${days} days`}, '* * * * *', 'UTC', 1, now() - make_interval(days => ${days}))`
          yield* sql`
            INSERT INTO singleton_state (name, runner, beat_at)
            VALUES (${`${days} days`}, 'gone:1', now() - make_interval(days => ${days}))`
        })
      yield* withPlatform("test")(Effect.andThen(rows(29), rows(31)))
      yield* deleteExpired(yield* DateTime.now)
      const [left] = yield* withPlatform("test")(sql`
        SELECT (SELECT count(*)::int FROM handled_event WHERE consumer = 'old') AS marks,
          (SELECT string_agg(name, ',') FROM schedule_state) AS schedules,
          (SELECT string_agg(name, ',') FROM singleton_state WHERE runner = 'gone:1') AS singletons`)
      assert.deepStrictEqual({ ...left }, { marks: 2500, schedules: "29 days", singletons: "29 days" })
    }))
})

layer(Live, { excludeTestServices: true })("a handler that runs once", (it) => {
  it.effect("does nothing for an event that it has handled, and all of it for one that it has not", () =>
    Effect.gen(function*() {
      const acme = yield* newTenant
      const sql = yield* SqlClient.SqlClient
      const done = yield* Queue.unbounded<string>()
      let tries = 0
      /** Writes a row and fails the first time: the row goes with it. */
      yield* start("once", (event) =>
        handleOnce("once", event)(Effect.gen(function*() {
          yield* sql`INSERT INTO handled_event (consumer, event_id) VALUES ('effect', ${event.id}::uuid)`
          if (++tries === 1) return yield* Effect.die("away")
          yield* Queue.offer(done, event.subject)
        })).pipe(Effect.orDie))
      yield* publish(acme, "once", "a")
      assert.strictEqual(yield* Queue.take(done), "a")
      assert.strictEqual(tries, 2)

      const [row] = yield* withPlatform("test")(
        sql<{ readonly id: string }>`SELECT event_id AS id FROM handled_event WHERE consumer = 'once'`
      )
      const second = yield* handleOnce("once", { id: row!.id, tenantId: acme })(Effect.succeed("twice"))
      assert.strictEqual(second._tag, "None")
      const other = yield* handleOnce("another consumer", { id: row!.id, tenantId: acme })(Effect.succeed("its own"))
      assert.strictEqual(other._tag, "Some")
    }).pipe(Effect.scoped))
})
