import { Array as Arr, Context, Effect, Latch, Layer, Option } from "effect"
import {
  type ClusterError,
  type Envelope,
  MessageStorage,
  type Reply,
  Snowflake,
  SqlMessageStorage
} from "effect/cluster"
import { SqlClient } from "effect/sql"
import { inBatches } from "../batch/inBatches.ts"
import { clusterPrefix } from "../Migrations.ts"
import { FreshMessages } from "./FreshMessages.ts"
import { FreshRuns } from "./FreshRuns.ts"
import { MessageSession } from "./MessageSession.ts"
import { patientInRun, untilAnswered } from "./MessagesPatience.ts"
import {
  findRequests,
  longestPlainKey,
  type NewExit,
  type NewRequest,
  releaseOldReads,
  type Reset,
  takeBackReplies
} from "./MessageStore.ts"
import { makeMessageWrites } from "./MessageWrites.ts"

/** What this process stored for itself and may deliver without reading it back. */
export class StorageReads extends Context.Service<StorageReads, {
  /** The engine's next look asks the database, whatever waits in memory. */
  readonly askDatabase: Effect.Effect<void>
  /** Open when the last look left the database out, so that one has to follow. */
  readonly leftOut: Latch.Latch
  /** Lets messages of this pod's shards be read again that somebody read and nobody handles. */
  readonly releaseOldReads: Effect.Effect<void, ClusterError.PersistenceError>
}>()("runtime/StorageReads") {}

const isOfWorkflow = ({ address }: Envelope.Encoded) => address.entityType.startsWith("Workflow/")

/** The key under which the engine keeps that a workflow was interrupted (`InterruptSignal` of its workflow engine). */
const interruptKey = ({ address }: Envelope.Encoded) =>
  `${address.entityType}/${address.entityId}/deferred/Workflow/InterruptSignal`

const success = MessageStorage.SaveResultEncoded.Success()

/**
 * The engine's message storage on PostgreSQL with its statements shared: what many entities store, answer or look up at the
 * same time is one statement, and a message for a shard of this process is delivered from memory once it is committed.
 *
 * Such a message is stored as read by this process, and so never read back. When the process dies, or its shard moves, the
 * next owner of the shard takes that mark away and reads it like any other.
 *
 * What a run does for the first time since it was stored here is known to be new: an activity of it begins at once and is
 * stored together with its result, and that with the end of the run if it ends by it. Until then a crash leaves the run as if
 * the activity had not ended, and it is done again; nothing else that the run does comes before its result is stored. Inside a transaction of the caller each message is stored
 * there, by the engine's own statements.
 *
 * While the database is away, or too slow, runs wait for it, and so do replies. Requests from outside of runs fail.
 */
const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const engine = yield* SqlMessageStorage.makeEncodedStorage({ prefix: clusterPrefix })

  const fresh = new FreshMessages()
  const runs = new FreshRuns()
  /** What the engine will look up for workflows of the messages that it was given last. */
  let foreseen = new Map<string, Option.Option<Snowflake.Snowflake>>()
  const leftOut = yield* Latch.make(false)
  let ask = true

  const askDatabase = Effect.sync(() => {
    ask = true
  })
  const thenAsk = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.tap(effect, askDatabase)

  const alone = <A, E, R>(inTransaction: Effect.Effect<A, E, R>, batched: Effect.Effect<A, E, R>) =>
    Effect.flatMap(
      Effect.serviceOption(sql.transactionService),
      (transaction) => Option.isSome(transaction) ? inTransaction : batched
    )

  /** Outside of a transaction, which cannot go on after a failure, a run waits for the database. */
  const patient = <A, E, R>(effect: Effect.Effect<A, E, R>) => alone(effect, patientInRun(effect))

  const onPool = Effect.provideService(SqlClient.SqlClient, sql)
  const { onSession } = yield* MessageSession
  const writes = yield* makeMessageWrites(fresh)
  const takeBack = inBatches((resets: ReadonlyArray<Reset>) =>
    Effect.map(onSession(takeBackReplies(resets)), () => resets.map(() => undefined))
  )
  const findRequest = inBatches((keys: ReadonlyArray<string>) => onPool(findRequests(keys)))
  const findReplies = inBatches((asked: ReadonlyArray<string>) => {
    const ids = [...asked]
    return Effect.map(Arr.isArrayNonEmpty(ids) ? engine.repliesForUnfiltered(ids) : Effect.succeed([]), (replies) => {
      const byRequest = Map.groupBy(replies, ({ requestId }) => requestId)
      return ids.map((id): Array<Reply.Encoded> => byRequest.get(id) ?? [])
    })
  })

  /** What the engine has from the database: of a run among it, others may have done more. */
  const wasRead = (read: ReadonlyArray<{ readonly envelope: Envelope.Encoded }>) => {
    fresh.markTaken(read)
    for (const { envelope } of read) runs.end(String(envelope.requestId))
  }

  /** Leaves messages to the owner of their shard, or to the look for those that nobody handles. */
  const leave = (lost: ReadonlyArray<Envelope.Encoded & { readonly requestId: string }>) =>
    lost.length === 0
      ? Effect.void
      : Effect.ignore(engine.resetRequests(lost.map(({ requestId }) => Snowflake.Snowflake(requestId))))

  /** Where the database is asked for what may be kept in memory, that is stored before. */
  const withKept = <A, E>(ids: ReadonlyArray<unknown>, effect: Effect.Effect<A, E>) =>
    Effect.suspend(() => ids.some((id) => writes.keeps(String(id))) ? Effect.andThen(writes.storeAll, effect) : effect)
  const withKeptKey = <A, E>(key: string | null, effect: Effect.Effect<A, E>) =>
    Effect.suspend(() => key !== null && writes.keepsKey(key) ? Effect.andThen(writes.storeAll, effect) : effect)

  /** It was stored when the answer to that was lost, and is read by the owner of its shard. */
  const wasStored = ({ envelope }: NewRequest) =>
    Effect.as(thenAsk(engine.resetRequests([Snowflake.Snowflake(envelope.requestId)])), success)

  /** What became of a request that is there, or whose key is known. */
  const saveKnown = (request: NewRequest) =>
    request.primaryKey === null
      ? wasStored(request)
      : Effect.filterOrElse(
        engine.saveEnvelope(request),
        (result) =>
          result._tag === "Success" || String(result.originalId) !== request.envelope.requestId ||
          Option.isSome(result.lastReceivedReply),
        () => wasStored(request)
      )

  const saveRequest = (request: NewRequest, first: boolean) =>
    first
      // What the run did before it is stored before it goes on.
      ? writes.storeAnswered(request.envelope.address.entityId).pipe(
        Effect.andThen(writes.keepRequest(request)),
        Effect.as(success)
      )
      : withKeptKey(
        request.primaryKey,
        Effect.flatMap(
          writes.request(request),
          (saved) => saved ? Effect.succeed(success) : saveKnown(request)
        )
      )

  const saveExit = (exit: NewExit) =>
    Effect.suspend(() => {
      runs.end(exit.requestId)
      return writes.keepExit(exit) ? Effect.void : writes.exit(exit)
    })

  /** The engine builds one entity after the other and looks whether a workflow was interrupted: this looks for all at once. */
  const foresee = Effect.fnUntraced(function*(envelopes: ReadonlyArray<Envelope.Encoded>) {
    const keys = [...new Set(envelopes.filter(isOfWorkflow).map(interruptKey))]
      .filter((key) => key.length <= longestPlainKey)
    if (keys.length === 0) return
    const found = yield* onPool(findRequests(keys))
    keys.forEach((key, index) => foreseen.set(key, found[index] ?? Option.none()))
  })

  const stored = yield* MessageStorage.makeEncoded({
    ...engine,

    saveEnvelope: (options) => {
      const { deliverAt, envelope, primaryKey } = options
      if (envelope._tag !== "Request" || (primaryKey?.length ?? 0) > longestPlainKey) {
        return patient(withKept([envelope.requestId], engine.saveEnvelope(options)))
      }
      const request = { deliverAt, envelope, primaryKey }
      return Effect.suspend(() => {
        let first = runs.isFirst(envelope, primaryKey) && deliverAt === null && fresh.owns(envelope)
        // While it waits for the database the run may go to another pod: then it is not known to be new any more.
        const save = Effect.suspend(() => {
          const saved = saveRequest(request, first)
          first = false
          return saved
        })
        return alone(withKeptKey(primaryKey, engine.saveEnvelope(options)), patientInRun(save))
      })
    },

    saveReply: (reply) => {
      const inTransaction = withKept([reply.requestId], engine.saveReply(reply))
      return reply._tag === "WithExit" ? alone(inTransaction, untilAnswered(saveExit(reply))) : inTransaction
    },

    requestIdForPrimaryKey: (key) =>
      patient(
        key.length > longestPlainKey
          ? engine.requestIdForPrimaryKey(key)
          : withKeptKey(
            key,
            alone(
              engine.requestIdForPrimaryKey(key),
              Effect.suspend(() => {
                const known = foreseen.get(key)
                foreseen.delete(key)
                return known === undefined ? findRequest(key) : Effect.succeed(known)
              })
            )
          )
      ),

    repliesFor: (ids) => withKept(ids, engine.repliesFor(ids)),

    repliesForUnfiltered: (ids) =>
      patient(withKept(
        ids,
        ids.length > 1
          ? engine.repliesForUnfiltered(ids)
          : alone(engine.repliesForUnfiltered(ids), findReplies(ids[0]))
      )),

    unprocessedMessages: (shardIds, now, options) =>
      Effect.suspend(() => {
        fresh.owned = new Set(shardIds)
        const { addresses, limit = Infinity } = options ?? {}
        const { lost, taken } = fresh.take(limit, addresses)
        for (const envelope of taken) {
          runs.begin(envelope)
        }
        const messages = taken.map((envelope) => ({ envelope, lastSentReply: Option.none<Reply.Encoded>() }))
        // Nobody can have interrupted a run before it was stored, and who does now sends a message that comes after it.
        foreseen = new Map(
          taken.filter(({ tag }) => tag === "run").map((envelope) => [interruptKey(envelope), Option.none()])
        )
        if (taken.length >= limit || (taken.length > 0 && !ask && fresh.awaited.size === 0)) {
          leftOut.openUnsafe()
          return Effect.as(leave(lost), messages)
        }
        ask = false
        leftOut.closeUnsafe()
        return leave(lost).pipe(
          Effect.andThen(engine.unprocessedMessages(
            shardIds,
            now,
            { ...options, ...limit !== Infinity && { limit: limit - taken.length } }
          )),
          Effect.flatMap(Effect.fnUntraced(function*(all) {
            const known = new Set(taken.map(({ requestId }) => requestId))
            const read = all.filter(({ envelope }) => !known.has(String(envelope.requestId)))
            wasRead(all)
            yield* foresee(read.map(({ envelope }) => envelope))
            return [...messages, ...read]
          })),
          Effect.onError(() =>
            Effect.sync(() => {
              fresh.putBack(taken)
              ask = true
            })
          )
        )
      }),

    unprocessedMessagesById: (ids, now) =>
      Effect.tap(
        patient(withKept(ids, engine.unprocessedMessagesById(ids, now))),
        (read) => Effect.sync(() => wasRead(read))
      ),

    clearReplies: (id, options) =>
      thenAsk(withKept(
        [id],
        options?.expectedReplyId === undefined
          ? engine.clearReplies(id, options)
          : alone(
            engine.clearReplies(id, options),
            takeBack({ id: String(id), expected: String(options.expectedReplyId) })
          )
      )),
    resetRequests: (ids) => thenAsk(withKept(ids, engine.resetRequests(ids))),
    resetAddresses: (addresses) => thenAsk(Effect.andThen(writes.storeAll, engine.resetAddresses(addresses))),
    resetShards: (shards) =>
      thenAsk(Effect.suspend(() => {
        runs.forget(shards)
        return Effect.andThen(writes.storeAll, engine.resetShards(shards))
      }))
  })

  const storage: typeof stored = {
    ...stored,
    registerReplyHandler: (message) => {
      if (message._tag !== "IncomingRequest") return stored.registerReplyHandler(message)
      const id = String(message.envelope.requestId)
      return Effect.suspend(() => {
        fresh.awaited.add(id)
        return stored.registerReplyHandler(message)
      }).pipe(Effect.ensuring(Effect.sync(() => fresh.awaited.delete(id))))
    }
  }

  return Context.make(MessageStorage.MessageStorage, storage).pipe(
    Context.add(StorageReads, {
      askDatabase,
      leftOut,
      releaseOldReads: Effect.suspend(() => onPool(releaseOldReads([...fresh.owned])))
    })
  )
})

export const MessagesLive = Layer.effectContext(make).pipe(
  Layer.provide([Snowflake.layerGenerator, MessageSession.layer])
)
