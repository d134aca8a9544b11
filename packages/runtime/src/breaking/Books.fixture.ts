/** Whether everything that was accepted has happened, once. Tests only. */
import { assert } from "@effect/vitest"
import { OwnerSql } from "@innkeeper/database"
import { Clock, Console, Effect } from "effect"
import type { TransferRequest } from "./Ledger.fixture.ts"
import { logs, Pods } from "./Pods.fixture.ts"
import { Receiver } from "./Receiver.fixture.ts"

const readBooks = Effect.gen(function*() {
  const sql = yield* OwnerSql
  const postings = yield* sql<{ readonly transfer: string; readonly amount: number }>`
    SELECT transfer, amount FROM posting`
  const timers = yield* sql<{ readonly transfer: string; readonly late: number }>`
    SELECT transfer, extract(epoch FROM woke - due)::float8 * 1000 AS late FROM timer`
  const letters = yield* sql<{ readonly error: string }>`SELECT error FROM dead_letter`
  const ticks = yield* sql<{ readonly due: number; readonly late: number }>`
    SELECT extract(epoch FROM due)::float8 AS due, extract(epoch FROM at - due)::float8 * 1000 AS late FROM tick`
  const jobs = yield* sql<{ readonly error: string | null }>`SELECT error FROM job WHERE state <> 'succeeded'`
  return { ticks, jobs, postings: Map.groupBy(postings, ({ transfer }) => transfer), timers, letters }
}).pipe(Effect.orDie)

/** What the engine holds of the runs of some transfers, for whoever wants to know why one is not done. */
const messagesOf = Effect.fnUntraced(function*(transfers: ReadonlyArray<string>) {
  if (transfers.length === 0) return ""
  const sql = yield* OwnerSql
  const rows = yield* sql<{ readonly line: string }>`
    SELECT concat_ws(' ', message.message_id, 'processed', message.processed, 'read', message.last_read, 'due',
      message.deliver_at, 'reply', left(reply.payload, 120)) AS line
    FROM cluster_messages message LEFT JOIN cluster_replies reply ON reply.id = message.last_reply_id
    WHERE message.entity_id IN (
      SELECT entity_id FROM cluster_messages
      WHERE tag = 'run' AND payload::json ->> 'id' IN ${sql.in(transfers)}
    )
    ORDER BY message.rowid`
  return rows.map(({ line }) => line).join("\n")
}, Effect.orDie)

/** What the database's sessions do, for the same. */
const sessions = Effect.gen(function*() {
  const sql = yield* OwnerSql
  const rows = yield* sql<{ readonly line: string }>`
    SELECT concat_ws(' ', application_name, pid, state, wait_event_type, wait_event, 'since', state_change, left(query, 200))
      AS line
    FROM pg_stat_activity WHERE backend_type = 'client backend' ORDER BY application_name, state_change`
  return rows.map(({ line }) => line).join("\n")
}).pipe(Effect.orDie)

/** The value below which that part of the sorted values is. */
const quantile = (values: ReadonlyArray<number>, part: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0

export const distribution = (values: ReadonlyArray<number>) =>
  `p50 ${quantile(values, 0.5).toFixed(0)} ms, p99 ${quantile(values, 0.99).toFixed(0)} ms, max ${
    quantile(values, 1).toFixed(0)
  } ms`

/** Waits until all that was accepted is done, prints what it counted, and asserts that nothing is missing and nothing twice. */
export const audit = Effect.fnUntraced(function*(
  name: string,
  accepted: ReadonlyArray<TransferRequest>,
  /** How often a pod lost its shards in the middle of something: it died, came back, or lost its sessions. */
  moves: number
) {
  const { told } = yield* Receiver
  const pods = yield* Pods
  const began = yield* Clock.currentTimeMillis
  const sleeps = 2 * accepted.filter(({ kind }) => kind === "workflow").length
  let books = yield* readBooks
  /** Whether the schedule ran for a time after all that was done to the pods. */
  const ticks = () => books.ticks.some(({ due }) => due * 1000 >= began)
  const isDone = () =>
    accepted.every(({ id }) => books.postings.get(id)?.length === 2 && told.has(id)) && books.timers.length >= sleeps &&
    ticks()
  while (!isDone() && (yield* Clock.currentTimeMillis) - began < 90_000) {
    yield* Effect.sleep("250 millis")
    books = yield* readBooks
  }
  const seconds = ((yield* Clock.currentTimeMillis) - began) / 1000
  // What happens twice would do so about now.
  yield* Effect.sleep("1 second")
  books = yield* readBooks

  const keys = [...told.values()].map(({ keys }) => keys)
  const effects = keys.reduce((sum, byKey) => sum + byKey.size, 0)
  const calls = keys.reduce((sum, byKey) => sum + [...byKey.values()].reduce((a, b) => a + b, 0), 0)
  const lates = books.timers.map(({ late }) => late)
  yield* Console.log(
    `${name}: ${accepted.length} accepted, ${effects} effects by ${calls} calls, ${books.postings.size} transfers posted; ` +
      `${lates.length} timers, late ${distribution(lates)}, earliest ${Math.min(...lates).toFixed(0)} ms; ` +
      `all done ${seconds.toFixed(1)} s after the last was accepted`
  )

  const dues = new Set(books.ticks.map(({ due }) => due))
  yield* Console.log(
    `${name}: ${dues.size} ticks of a schedule by ${books.ticks.length} runs, late ${
      distribution(books.ticks.map(({ late }) => late))
    }`
  )

  const missing = accepted.filter(({ id }) => books.postings.get(id)?.length !== 2 || !told.has(id)).map(({ id }) => id)
  assert.deepStrictEqual(
    missing,
    [],
    `not done:\n${yield* messagesOf(missing)}\n${missing.length === 0 ? "" : yield* sessions}\n${logs(pods)}`
  )
  const twice = [...told].filter(([, { keys }]) => keys.size !== 1).map(([id]) => id)
  assert.deepStrictEqual(twice, [], "one transfer had more than one effect outside")
  for (const { amount, id } of accepted) {
    assert.sameMembers(books.postings.get(id)?.map((posting) => posting.amount) ?? [], [amount, -amount], id)
  }
  assert.strictEqual(books.postings.size, accepted.length, "nothing happened that was not accepted")
  assert.strictEqual(told.size, accepted.length)
  assert.strictEqual(books.timers.length, sleeps, "timers")
  // A pod knows the database's time to half of the way there and back.
  assert.isAtLeast(Math.min(...lates), -100, "no timer ended early")
  assert.deepStrictEqual(books.letters, [], "no event was put aside")
  assert.deepStrictEqual(books.jobs, [], "no job is left or dead")
  assert.isTrue(ticks(), "the schedule goes on")
  // A run whose shard moves before it could say that it ran is done again.
  assert.isAtMost(books.ticks.length - dues.size, moves, "ticks that ran twice")
})
