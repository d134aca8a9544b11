import { TenantSlug } from "@innkeeper/config"
import { DeadLetter, DeadLetterId, DeadLetterState } from "@innkeeper/runtime/api"
import { Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { calling, idArgument, jsonFlag, limitFlag, printing, tenantIdOf } from "../operator.ts"
import { firstLine, instant, table } from "../table.ts"

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

const list = Command.make(
  "list",
  {
    state: Flag.Literals("state", [...DeadLetterState.literals, "all"]).pipe(
      Flag.withDescription("Only those in this state; dead if left out"),
      Flag.withDefault("dead")
    ),
    consumer: Flag.String("consumer").pipe(Flag.withDescription("Only those of this consumer"), Flag.optional),
    tenant: Flag.String("tenant").pipe(
      Flag.withSchema(TenantSlug),
      Flag.withDescription("Only those of this tenant, by its slug"),
      Flag.optional
    ),
    text: Flag.String("text").pipe(
      Flag.withDescription("Only those whose error or event holds these words"),
      Flag.optional
    ),
    limit: limitFlag,
    json: jsonFlag
  },
  ({ consumer, json, limit, state, tenant, text }) =>
    calling(Effect.fnUntraced(function*(client) {
      const tenantId = yield* tenantIdOf(client, tenant)
      const { items } = yield* client.deadLetters.search({
        query: {
          limit,
          ...(state === "all" ? {} : { state }),
          ...(tenantId === undefined ? {} : { tenantId }),
          ...Option.match(consumer, { onNone: () => ({}), onSome: (consumer) => ({ consumer }) }),
          ...Option.match(text, { onNone: () => ({}), onSome: (text) => ({ text }) })
        }
      })
      yield* printAll(items, json, reportAll)
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

export const deadLetters = Command.make("dead-letters").pipe(
  Command.withDescription("Events that their consumer could not handle"),
  Command.withSubcommands([list, show, replay, discard])
)
