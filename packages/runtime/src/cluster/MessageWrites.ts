import { Clock, Effect, Latch, type Scope } from "effect"
import type { ClusterError } from "effect/cluster"
import { inBatches } from "../batch/inBatches.ts"
import type { FreshMessages } from "./FreshMessages.ts"
import { MessageSession } from "./MessageSession.ts"
import { answerStored, type NewExit, type NewRequest, type StoredRequest, writeMessages } from "./MessageStore.ts"

/** An activity that runs longer is stored before it ends, for those who look at its run. In milliseconds. */
const lateAfter = 20

/** Turns of the scheduler in which a run that has the result of its activity may come to its own end. */
const someTurns = Effect.gen(function*() {
  for (let turn = 0; turn < 8; turn++) yield* Effect.yieldNow
})

/** A write for nobody that failed is tried again after this. */
const afterFailure = "200 millis"

type Write =
  | { readonly _tag: "Request"; readonly request: NewRequest }
  | { readonly _tag: "Exit"; readonly exit: NewExit }
  /** What is kept in memory: the answered requests, or all. */
  | { readonly _tag: "Kept"; readonly all: boolean }

interface Kept {
  readonly request: NewRequest
  readonly since: number
  /** It is being stored. */
  storing: boolean
  /** To be stored with the next write, whatever it is. */
  exit: NewExit | undefined
}

/** As `writeMessages`, and stores also the replies to requests that are there since the answer to a write was lost. */
const store = Effect.fnUntraced(function*(
  requests: ReadonlyArray<StoredRequest>,
  exits: ReadonlyArray<NewExit>
) {
  const stored = yield* writeMessages(requests, exits)
  const left = new Set(
    requests.flatMap(({ envelope: { requestId }, replyId }) =>
      replyId === null || stored.has(requestId) ? [] : [requestId]
    )
  )
  if (left.size > 0) yield* answerStored(exits.filter(({ requestId }) => left.has(requestId)))
  return stored
})

/**
 * All that this process stores of messages, one batch after the other, each one statement.
 *
 * Some requests are kept in memory until they are answered, and then go with the next write, whoever asks for it: no write
 * that is asked for after `keepExit` is there without that reply.
 */
export const makeMessageWrites = Effect.fnUntraced(function*(
  fresh: FreshMessages
): Effect.fn.Return<MessageWrites, never, MessageSession | Scope.Scope> {
  const { onSession } = yield* MessageSession
  const kept = new Map<string, Kept>()
  const keys = new Set<string>()
  const answered = new Set<Kept>()
  const someAnswered = Latch.makeUnsafe(false)
  const someKept = Latch.makeUnsafe(false)

  const drop = (entry: Kept) => {
    kept.delete(entry.request.envelope.requestId)
    answered.delete(entry)
    if (entry.request.primaryKey !== null) keys.delete(entry.request.primaryKey)
  }

  const write = Effect.fnUntraced(function*(writes: ReadonlyArray<Write>) {
    const now = yield* Clock.currentTimeMillis
    const all = writes.some((write) => write._tag === "Kept" && write.all)
    const requests = writes.flatMap((write) => write._tag === "Request" ? [write.request] : [])
    const exits = new Map(writes.flatMap((write) => write._tag === "Exit" ? [[write.exit.requestId, write.exit]] : []))
    const along = [...kept].flatMap(([id, entry]) => {
      const exit = exits.get(id) ?? entry.exit
      return exit !== undefined || all || now - entry.since >= lateAfter ? [{ id, entry, exit }] : []
    })
    for (const { exit, id } of along) if (exit !== undefined) exits.set(id, exit)
    if (requests.length + exits.size + along.length === 0) return writes.map(() => true)

    const places = requests.map((request) => fresh.store(request))
    for (const { entry } of along) entry.storing = true
    const stored = yield* onSession(store(
      [
        ...requests.map((request, index) => ({ ...request, claimed: places[index]!.claimed, replyId: null })),
        ...along.map(({ entry: { request }, exit }) => ({
          ...request,
          claimed: fresh.owns(request.envelope),
          replyId: exit?.id ?? null
        }))
      ],
      [...exits.values()]
    )).pipe(
      Effect.ensuring(Effect.sync(() => {
        for (const place of places) place.ended()
        for (const { entry } of along) entry.storing = false
      }))
    )
    requests.forEach(({ envelope }, index) => stored.has(envelope.requestId) && places[index]!.committed())
    for (const { entry } of along) drop(entry)
    return writes.map((write) => write._tag !== "Request" || stored.has(write.request.envelope.requestId))
  })
  const ask = inBatches(write)

  const storeKept = (all: boolean) =>
    Effect.suspend(() => (all ? kept : answered).size === 0 ? Effect.void : Effect.asVoid(ask({ _tag: "Kept", all })))

  /** Whether nobody is storing it yet. */
  const isLeft = ({ storing }: Kept) => !storing
  const inBackground = (latch: Latch.Latch, wait: Effect.Effect<void>, left: () => boolean) =>
    latch.await.pipe(
      Effect.andThen(wait),
      Effect.andThen(Effect.suspend(() => left() ? ask({ _tag: "Kept", all: false }) : Effect.void)),
      Effect.catch(() => Effect.sleep(afterFailure)),
      Effect.andThen(Effect.sync(() => {
        if (!left()) latch.closeUnsafe()
      })),
      Effect.forever,
      Effect.withTracerEnabled(false),
      Effect.forkScoped
    )
  yield* Effect.addFinalizer(() => Effect.ignore(storeKept(false)))
  yield* inBackground(someAnswered, someTurns, () => [...answered].some(isLeft))
  yield* inBackground(someKept, Effect.sleep(lateAfter), () => kept.size > 0)

  return {
    request: (request) => ask({ _tag: "Request", request }),
    exit: (exit) => Effect.asVoid(ask({ _tag: "Exit", exit })),
    keepRequest: (request) =>
      Effect.map(Clock.currentTimeMillis, (since) => {
        kept.set(request.envelope.requestId, { request, since, storing: false, exit: undefined })
        if (request.primaryKey !== null) keys.add(request.primaryKey)
        fresh.keep(request.envelope)
        someKept.openUnsafe()
      }),
    keepExit: (exit) => {
      const entry = kept.get(exit.requestId)
      if (entry === undefined || entry.storing || entry.exit !== undefined) return false
      entry.exit = exit
      answered.add(entry)
      someAnswered.openUnsafe()
      return true
    },
    keeps: (id) => kept.has(id),
    keepsKey: (key) => keys.has(key),
    storeAnswered: (entityId) =>
      Effect.suspend(() =>
        [...answered].some(({ request }) => request.envelope.address.entityId === entityId)
          ? storeKept(false)
          : Effect.void
      ),
    storeAll: storeKept(true)
  }
})

export interface MessageWrites {
  /** Stores a request. False if its key is known already, or it is there: a write that failed may have stored it. */
  readonly request: (request: NewRequest) => Effect.Effect<boolean, ClusterError.PersistenceError>
  /** Stores the last reply of a request, with the request if that is kept. */
  readonly exit: (exit: NewExit) => Effect.Effect<void, ClusterError.PersistenceError>
  /** Keeps a request that this process delivers, and of which it knows that its key is new. */
  readonly keepRequest: (request: NewRequest) => Effect.Effect<void>
  /** Keeps the last reply of a kept request for the next write. False if it has to be stored by `exit`. */
  readonly keepExit: (exit: NewExit) => boolean
  readonly keeps: (id: string) => boolean
  readonly keepsKey: (key: string) => boolean
  /** Returns when what an entity has answered until now is stored. */
  readonly storeAnswered: (entityId: string) => Effect.Effect<void, ClusterError.PersistenceError>
  /** Returns when all that was kept until now is stored. */
  readonly storeAll: Effect.Effect<void, ClusterError.PersistenceError>
}
