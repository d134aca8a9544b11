import { Cause, Context, Effect, Layer, Option } from "effect"
import { ClusterError, Message, MessageStorage, type Reply } from "effect/cluster"
import { SqlClient, type SqlError } from "effect/sql"
import { KnownEntities } from "../cluster/KnownEntities.ts"
import { hold, releaseEntities } from "./HeldMessageStore.ts"
import { KnownWorkflows } from "./KnownWorkflows.ts"
import { PayloadUpgrade } from "./PayloadVersions.ts"

const entityPrefix = "Workflow/"

const typeOf = ({ envelope: { address: { entityType } } }: Message.Incoming<any>) => entityType

const idOf = ({ envelope }: Message.Incoming<any>) => envelope._tag === "Request" ? envelope.requestId : envelope.id

/** Whether a request is answered with "I cannot read this". */
const isUnreadable = ({ reply }: Reply.ReplyWithContext<any>) =>
  reply._tag === "WithExit" && reply.exit._tag === "Failure" &&
  reply.exit.cause.reasons.some((reason) =>
    Cause.isDieReason(reason) && ClusterError.MalformedMessage.is(reason.defect)
  )

/**
 * Two rules for messages, above the storage of the cluster's messages.
 *
 * A stored payload of a workflow is brought to the newest version before it is decoded. And a message that this pod cannot
 * read, because it knows neither the entity, which may be a workflow or a schedule, nor the request, nor this version of its
 * payload, is held instead of being answered with a defect: it waits for a pod that can, while all others go on. It is read
 * again when its shard gets another pod, when its entity registers, and, for a run, on demand.
 */
export const workflowMessages = Layer.effect(
  MessageStorage.MessageStorage,
  Effect.gen(function*() {
    const known = yield* KnownWorkflows
    const entities = yield* KnownEntities
    const sql = yield* SqlClient.SqlClient
    const storage = yield* MessageStorage.MessageStorage

    const stored = <A>(effect: Effect.Effect<A, SqlError.SqlError, SqlClient.SqlClient>) =>
      effect.pipe(Effect.provideService(SqlClient.SqlClient, sql), ClusterError.PersistenceError.refail)

    const saveReply: typeof storage.saveReply = Effect.fnUntraced(function*(reply) {
      if (!isUnreadable(reply)) return yield* storage.saveReply(reply)
      const { requestId } = reply.reply
      if ((yield* stored(hold([requestId]))) === 0) return yield* storage.saveReply(reply)
      yield* Effect.logWarning("A message waits for a pod that knows its version").pipe(
        Effect.annotateLogs({ requestId })
      )
    })

    const upgraded = Effect.fnUntraced(function*(message: Message.IncomingRequest<any>) {
      const { envelope } = message
      const type = typeOf(message)
      const workflow = envelope.tag === "run" && type.startsWith(entityPrefix)
        ? known.get(type.slice(entityPrefix.length))
        : undefined
      const upgrade = workflow === undefined ? Option.none() : Context.getOption(workflow.annotations, PayloadUpgrade)
      return Option.isNone(upgrade) ? envelope : { ...envelope, payload: yield* upgrade.value(envelope.payload) }
    })

    /** Holds what is unknown here, and returns the rest as it can be read. */
    const sorted = Effect.fnUntraced(function*(messages: ReadonlyArray<Message.Incoming<any>>) {
      const readable: Array<Message.Incoming<any>> = []
      const unknown: Array<Message.Incoming<any>> = []
      for (const message of messages) {
        if (!entities.has(typeOf(message))) unknown.push(message)
        else if (message._tag === "IncomingEnvelope") readable.push(message)
        else {
          const envelope = yield* upgraded(message)
          readable.push(new Message.IncomingRequest({ ...message, envelope, respond: saveReply }))
        }
      }
      if (unknown.length === 0) return { readable, held: false }
      yield* stored(hold(unknown.map(idOf)))
      const types = [...new Set(unknown.map(typeOf))]
      yield* Effect.logDebug("Messages wait for a pod that knows their entity").pipe(Effect.annotateLogs({ types }))
      // One that registered meanwhile may have been released before it was held.
      yield* Effect.forEach(types.filter(entities.has), (type) => stored(releaseEntities(type)))
      return { readable, held: true }
    })

    /** Looks again after what is unknown was put aside, so that it does not take the place of others. */
    const unprocessedMessages: typeof storage.unprocessedMessages = Effect.fnUntraced(function*(shardIds, options) {
      const found: Array<Message.Incoming<any>> = []
      while (true) {
        const limit = options?.limit === undefined ? undefined : options.limit - found.length
        const { held, readable } = yield* sorted(yield* storage.unprocessedMessages(shardIds, { ...options, limit }))
        found.push(...readable)
        if (!held || found.length === options?.limit) return found
      }
    })

    return MessageStorage.MessageStorage.of({
      ...storage,
      saveReply,
      unprocessedMessages,
      unprocessedMessagesById: (ids) =>
        Effect.map(Effect.flatMap(storage.unprocessedMessagesById(ids), sorted), ({ readable }) => readable)
    })
  })
)
