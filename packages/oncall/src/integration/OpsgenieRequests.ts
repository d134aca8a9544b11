import { SecretBox } from "@innkeeper/platform"
import { DateTime, Effect, Redacted, Schema } from "effect"
import type { Door } from "./Integrations.ts"
import type { RequestStatus } from "./OpsgenieApi.ts"

/** What came of a request, as its id carries it. */
const Outcome = Schema.Struct({
  action: Schema.Literals(["Create", "Acknowledge", "Close", "AddNote"]),
  at: Schema.String,
  alias: Schema.String,
  incidentId: Schema.NullOr(Schema.String)
})
type Outcome = typeof Outcome.Type

const Sealed = Schema.fromJsonString(Outcome)
const encode = Schema.encodeEffect(Sealed)
const decode = Schema.decodeUnknownEffect(Sealed)

const done: Record<Outcome["action"], string> = {
  Create: "Created alert",
  Acknowledge: "Acknowledged alert",
  Close: "Closed alert",
  AddNote: "Added note to alert"
}

const purpose = (door: Door) => `opsgenie request of ${door.integrationId}`

const statusOf = (door: Door, { action, alias, at, incidentId }: Outcome): typeof RequestStatus.Type => ({
  success: incidentId !== null,
  action,
  processedAt: at,
  integrationId: door.integrationId,
  isSuccess: incidentId !== null,
  status: incidentId === null ? "Alert does not exist" : done[action],
  alertId: incidentId ?? "",
  alias
})

/**
 * Ids of requests that were taken. An id carries what came of its request, sealed for the integration that sent it, so
 * nothing is stored and every server can answer for every id.
 */
export const makeRequests = Effect.gen(function*() {
  const secrets = yield* SecretBox

  /** The id of a request that has been processed. `incidentId` is null when there was no alert to act on. */
  const idOf = Effect.fnUntraced(function*(door: Door, outcome: Omit<Outcome, "at">) {
    const at = DateTime.formatIso(yield* DateTime.now)
    const text = yield* Effect.orDie(encode({ ...outcome, at }))
    return yield* secrets.seal(purpose(door), Redacted.make(text))
  })

  /** What came of the request; none for an id that this integration was not given. */
  const find = (door: Door, requestId: string) =>
    secrets.open(purpose(door), requestId).pipe(
      Effect.flatMap((text) => decode(Redacted.value(text))),
      Effect.map((outcome) => statusOf(door, outcome)),
      Effect.option
    )

  return { idOf, find }
})
