import { Duration, Schema } from "effect"
import { Sse } from "effect/encoding"
import type { Told } from "./LiveFeed.ts"
import { Change, Notice, Resync } from "./LiveRpcs.ts"

const encode = Schema.encodeSync(Schema.Union([Change, Notice, Resync]))

/** A message as an event of the stream: named `change`, `notice` or `resync`, with the cursor as its id and JSON as its data. */
export const toEvent = (told: Told): string => {
  const { _tag, cursor, ...data } = encode(told)
  return Sse.encoder.write({
    _tag: "Event",
    event: _tag.toLowerCase(),
    id: cursor,
    data: JSON.stringify(data)
  })
}

/** A comment, so that nobody between takes the connection for dead. It moves the client's place without telling anything. */
export const toHeartbeat = (cursor: string | undefined): string =>
  cursor === undefined ? ": heartbeat\n\n" : `: heartbeat\nid: ${cursor}\n\n`

/** The pause before a client that was cut off comes back. */
export const toRetry = (pause: Duration.Input): string =>
  Sse.encoder.write(new Sse.Retry({ duration: Duration.fromInputUnsafe(pause), lastEventId: undefined }))

/** Whether a type is one of these, such as `team.changed`, or of a kind among them, such as `incident.*`. None are all. */
export const isWanted = (type: string, types: ReadonlyArray<string>): boolean =>
  types.length === 0 ||
  types.some((wanted) => wanted.endsWith(".*") ? type.startsWith(wanted.slice(0, -1)) : type === wanted)
