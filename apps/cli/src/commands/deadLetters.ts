import { TenantSlug } from "@innkeeper/config"
import { DeadLetter, DeadLetterId, DeadLetterState } from "@innkeeper/runtime/api"
import { Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import type { AdminClient } from "../AdminClient.ts"
import { Failure } from "../Failure.ts"
import { firstOf } from "../firstOf.ts"
import { calling, idArgument, jsonFlag, limitFlag, printing, tenantIdOf } from "../operator.ts"
import { firstLine, instant, table } from "../table.ts"
import { wordsFlag } from "../words.ts"

const letterArgument = idArgument.pipe(
  Argument.withDescription("Id of a dead letter"),
  Argument.withSchema(DeadLetterId)
)

const printOne = printing(DeadLetter)
const printAll = printing(Schema.Array(DeadLetter))

const reportAll = (letters: ReadonlyArray<DeadLetter>) =>
  letters.length === 0 ? "No dead letters." : table([
    { head: "ID", cell: ({ id }) => id },
    { head: "STATE", cell: ({ state }) => state },
    { head: "CONSUMER", cell: ({ consumer }) => consumer },
    { head: "EVENT", cell: ({ type }) => type },
    { head: "PUT ASIDE", cell: ({ at }) => instant(at) },
    { head: "ERROR", cell: ({ error }) => firstLine(error, 60) }
  ], letters)

const reportOne = (letter: DeadLetter) =>
  [
    `Dead letter ${letter.id}, ${letter.state}`,
    `  consumer   ${letter.consumer}`,
    `  tenant     ${letter.tenantId}`,
    `  event      ${letter.type} about ${letter.subject}, ${instant(letter.happenedAt)}`,
    `  put aside  ${instant(letter.at)}, ${letter.failures} times`,
    `  settled    ${instant(letter.settledAt)}`,
    "",
    letter.error,
    "",
    JSON.stringify(letter.payload, null, 2)
  ].join("\n")

const kindFlags = {
  consumer: wordsFlag("consumer", "Only those of this consumer"),
  tenant: Flag.String("tenant").pipe(
    Flag.withSchema(TenantSlug),
    Flag.withDescription("Only those of this tenant, by its slug"),
    Flag.optional
  ),
  text: wordsFlag("text", "Only those whose error or event holds these words")
}

/** Which letters the flags mean. */
const kindOf = Effect.fnUntraced(function*(
  client: AdminClient,
  { consumer, tenant, text }: {
    readonly consumer: Option.Option<string>
    readonly tenant: Option.Option<TenantSlug>
    readonly text: Option.Option<string>
  }
) {
  const tenantId = yield* tenantIdOf(client, tenant)
  return {
    ...(tenantId === undefined ? {} : { tenantId }),
    ...Option.match(consumer, { onNone: () => ({}), onSome: (consumer) => ({ consumer }) }),
    ...Option.match(text, { onNone: () => ({}), onSome: (text) => ({ text }) })
  }
})

const list = Command.make(
  "list",
  {
    state: Flag.Literals("state", [...DeadLetterState.literals, "all"]).pipe(
      Flag.withDescription("Only those in this state; dead if left out"),
      Flag.withDefault("dead")
    ),
    ...kindFlags,
    limit: limitFlag,
    json: jsonFlag
  },
  ({ json, limit, state, ...kind }) =>
    calling(Effect.fnUntraced(function*(client) {
      const query = { ...(state === "all" ? {} : { state }), ...yield* kindOf(client, kind) }
      const letters = yield* firstOf(limit, (limit, cursor) =>
        client.deadLetters.search({
          query: { ...query, limit, ...cursor !== null && { cursor: DeadLetterId.make(cursor) } }
        }))
      yield* printAll(letters, json, reportAll)
    }))
).pipe(Command.withDescription("Events that nobody could handle, those put aside last first"))

const show = Command.make(
  "show",
  { id: letterArgument, json: jsonFlag },
  ({ id, json }) =>
    calling((client) =>
      Effect.flatMap(client.deadLetters.get({ params: { id } }), (letter) => printOne(letter, json, reportOne))
    )
).pipe(Command.withDescription("One dead letter with its event and its error"))

const replay = Command.make(
  "replay",
  { id: letterArgument, json: jsonFlag },
  ({ id, json }) =>
    calling((client) =>
      Effect.flatMap(
        client.deadLetters.replay({ params: { id } }),
        (letter) =>
          printOne(letter, json, ({ consumer }) => `${consumer} gets the event again; show says what became of it.`)
      )
    )
).pipe(Command.withDescription("Hand the event to its consumer once more"))

const discard = Command.make(
  "discard",
  { id: letterArgument, json: jsonFlag },
  ({ id, json }) =>
    calling((client) =>
      Effect.flatMap(
        client.deadLetters.discard({ params: { id } }),
        (letter) => printOne(letter, json, () => "Discarded.")
      )
    )
).pipe(Command.withDescription("Decide that the event is not to be handled"))

const printCount = printing(Schema.Struct({ count: Schema.Int }))

const replayAll = Command.make(
  "replay-all",
  { ...kindFlags, json: jsonFlag },
  ({ json, ...kind }) =>
    calling(Effect.fnUntraced(function*(client) {
      const answer = yield* client.deadLetters.replayAll({ payload: yield* kindOf(client, kind) })
      yield* printCount(answer, json, ({ count }) => `${count} go to their consumers again; list says what is left.`)
    }))
).pipe(Command.withDescription("Hand all dead ones to their consumers once more, or those that the flags name"))

const discardAll = Command.make(
  "discard-all",
  { ...kindFlags, json: jsonFlag },
  ({ json, ...kind }) =>
    calling(Effect.fnUntraced(function*(client) {
      const payload = yield* kindOf(client, kind)
      if (Object.keys(payload).length === 0) {
        return yield* new Failure({ message: "Say which to discard, by --consumer, --tenant or --text." })
      }
      const answer = yield* client.deadLetters.discardAll({ payload })
      yield* printCount(answer, json, ({ count }) => `Discarded ${count}.`)
    }))
).pipe(Command.withDescription("Decide that none of those that the flags name is to be handled"))

export const deadLetters = Command.make("dead-letters").pipe(
  Command.withDescription("Events that their consumer could not handle"),
  Command.withSubcommands([list, show, replay, discard, replayAll, discardAll])
)
