import { Cause, Context, Effect, Layer, Option } from "effect"
import { ClusterError, Message, MessageStorage, type Reply } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { hold } from "./HeldMessageStore.ts"
import { KnownWorkflows } from "./KnownWorkflows.ts"
import { PayloadUpgrade } from "./PayloadVersions.ts"

const entityPrefix = "Workflow/"

/** The defect that ends a request, if its reply is one. */
const defectOf = ({ reply }: Reply.ReplyWithContext<any>): Option.Option<unknown> =>
  reply._tag === "WithExit" && reply.exit._tag === "Failure"
    ? Option.map(Option.fromUndefinedOr(reply.exit.cause.reasons.find(Cause.isDieReason)), ({ defect }) => defect)
    : Option.none()

/**
 * Two rules for the messages of workflows, above the storage of the cluster's messages.
 *
 * A stored payload is brought to the newest version before it is decoded. And where the engine would answer "no such
 * workflow here" or "I cannot read this" for good, the message is held instead: it waits for a pod that can, while all
 * others go on. It is read again when its shard gets another pod, when a pod registers its workflow, and on demand.
 */
export const workflowMessages = Layer.effect(
  MessageStorage.MessageStorage,
  Effect.gen(function*() {
    const known = yield* KnownWorkflows
    const sql = yield* SqlClient.SqlClient
    const storage = yield* MessageStorage.MessageStorage

    const held = Effect.fnUntraced(function*(reply: Reply.ReplyWithContext<any>) {
      const defect = defectOf(reply)
      if (Option.isNone(defect)) return false
      return yield* hold({
        requestId: reply.reply.requestId,
        known: yield* known.names,
        always: ClusterError.MalformedMessage.is(defect.value)
      }).pipe(
        Effect.provideService(SqlClient.SqlClient, sql),
        ClusterError.PersistenceError.refail
      )
    })

    const saveReply: typeof storage.saveReply = (reply) =>
      Effect.flatMap(held(reply), (isHeld) =>
        isHeld
          ? Effect.logWarning("A workflow waits for a newer version").pipe(
            Effect.annotateLogs({ requestId: reply.reply.requestId })
          )
          : storage.saveReply(reply))

    const upgraded = Effect.fnUntraced(function*(envelope: Message.IncomingRequest<any>["envelope"]) {
      const { address, payload, tag } = envelope
      const workflow = tag === "run" && address.entityType.startsWith(entityPrefix)
        ? known.get(address.entityType.slice(entityPrefix.length))
        : undefined
      const upgrade = workflow === undefined ? Option.none() : Context.getOption(workflow.annotations, PayloadUpgrade)
      return Option.isNone(upgrade) ? envelope : { ...envelope, payload: yield* upgrade.value(payload) }
    })

    const readable = Effect.forEach((message: Message.Incoming<any>): Effect.Effect<Message.Incoming<any>> =>
      message._tag === "IncomingEnvelope"
        ? Effect.succeed(message)
        : Effect.map(
          upgraded(message.envelope),
          (envelope) => new Message.IncomingRequest({ ...message, envelope, respond: saveReply })
        )
    )

    return MessageStorage.MessageStorage.of({
      ...storage,
      saveReply,
      unprocessedMessages: (shardIds, options) =>
        Effect.flatMap(storage.unprocessedMessages(shardIds, options), readable),
      unprocessedMessagesById: (ids) => Effect.flatMap(storage.unprocessedMessagesById(ids), readable)
    })
  })
)
