import { Cause, Context, Effect, Layer, Option } from "effect"
import { ClusterError, Message, MessageStorage, type Reply } from "effect/cluster"
import { SqlClient, type SqlError } from "effect/sql"
import { hold, releaseWorkflow } from "./HeldMessageStore.ts"
import { KnownWorkflows } from "./KnownWorkflows.ts"
import { PayloadUpgrade } from "./PayloadVersions.ts"

const entityPrefix = "Workflow/"

/** Entities of the engine itself, which every pod has. */
const enginesOwn = `${entityPrefix}-/`

/** The workflow that a message is for, if it is for one. */
const workflowOf = ({ envelope: { address: { entityType } } }: Message.Incoming<any>) =>
  entityType.startsWith(entityPrefix) && !entityType.startsWith(enginesOwn)
    ? entityType.slice(entityPrefix.length)
    : undefined

const idOf = ({ envelope }: Message.Incoming<any>) => envelope._tag === "Request" ? envelope.requestId : envelope.id

/** Whether a request is answered with "I cannot read this". */
const isUnreadable = ({ reply }: Reply.ReplyWithContext<any>) =>
  reply._tag === "WithExit" && reply.exit._tag === "Failure" &&
  reply.exit.cause.reasons.some((reason) =>
    Cause.isDieReason(reason) && ClusterError.MalformedMessage.is(reason.defect)
  )

/**
 * Two rules for the messages of workflows, above the storage of the cluster's messages.
 *
 * A stored payload is brought to the newest version before it is decoded. And a message that this pod cannot read, because
 * it knows neither the workflow nor this version of its payload, is held instead of being answered with a defect: it waits
 * for a pod that can, while all others go on. It is read again when its shard gets another pod, when a pod registers its
 * workflow, and on demand.
 */
export const workflowMessages = Layer.effect(
  MessageStorage.MessageStorage,
  Effect.gen(function*() {
    const known = yield* KnownWorkflows
    const sql = yield* SqlClient.SqlClient
    const storage = yield* MessageStorage.MessageStorage

    const stored = <A>(effect: Effect.Effect<A, SqlError.SqlError, SqlClient.SqlClient>) =>
      effect.pipe(Effect.provideService(SqlClient.SqlClient, sql), ClusterError.PersistenceError.refail)

    const saveReply: typeof storage.saveReply = Effect.fnUntraced(function*(reply) {
      if (!isUnreadable(reply)) return yield* storage.saveReply(reply)
      const { requestId } = reply.reply
      if ((yield* stored(hold([requestId]))) === 0) return yield* storage.saveReply(reply)
      yield* Effect.logWarning("A run waits for a pod that knows its version").pipe(Effect.annotateLogs({ requestId }))
    })

    const upgraded = Effect.fnUntraced(function*(message: Message.IncomingRequest<any>, name: string | undefined) {
      const { envelope } = message
      const workflow = envelope.tag === "run" && name !== undefined ? known.get(name) : undefined
      const upgrade = workflow === undefined ? Option.none() : Context.getOption(workflow.annotations, PayloadUpgrade)
      return Option.isNone(upgrade) ? envelope : { ...envelope, payload: yield* upgrade.value(envelope.payload) }
    })

    /** Holds what is unknown here, and returns the rest as it can be read. */
    const sorted = Effect.fnUntraced(function*(messages: ReadonlyArray<Message.Incoming<any>>) {
      const readable: Array<Message.Incoming<any>> = []
      const unknown: Array<Message.Incoming<any>> = []
      for (const message of messages) {
        const name = workflowOf(message)
        if (name !== undefined && known.get(name) === undefined) unknown.push(message)
        else if (message._tag === "IncomingEnvelope") readable.push(message)
        else {
          const envelope = yield* upgraded(message, name)
          readable.push(new Message.IncomingRequest({ ...message, envelope, respond: saveReply }))
        }
      }
      if (unknown.length === 0) return { readable, held: false }
      yield* stored(hold(unknown.map(idOf)))
      const names = [...new Set(unknown.flatMap((message) => workflowOf(message) ?? []))]
      yield* Effect.logDebug("Messages wait for a pod that knows their workflow").pipe(Effect.annotateLogs({ names }))
      // One that registered meanwhile may have been released before it was held.
      yield* Effect.forEach(
        names.filter((name) => known.get(name) !== undefined),
        (name) => stored(releaseWorkflow(name))
      )
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
