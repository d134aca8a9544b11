import { Schema } from "effect"
import { Rpc, RpcGroup } from "effect/rpc"
import { CursorText } from "../event/Cursor.ts"
import { LiveAuthorization } from "./LiveAuthorization.ts"

/** Something of the caller's tenant changed. The receiver reads it anew through the HTTP API. */
export class Change extends Schema.TaggedClass<Change>("runtime/Change")("Change", {
  /** Position in the stream; send the last one seen as `after` to resume without a gap. */
  cursor: CursorText,
  /** Type of the domain event, such as `incident.acknowledged`. */
  type: Schema.String,
  /** The id of what changed. */
  subject: Schema.String,
  at: Schema.DateTimeUtcFromString
}) {}

/**
 * What was read before this message may be old, whatever it is: read it anew. Changes from here on follow.
 *
 * It is the first message to a caller without `after`, and comes again when a caller missed too much or reads too slowly.
 */
export class Resync extends Schema.TaggedClass<Resync>("runtime/Resync")("Resync", {
  cursor: CursorText
}) {}

/** A message to the viewer alone, on whichever pod their pages are connected. */
export class Notice extends Schema.TaggedClass<Notice>("runtime/Notice")("Notice", {
  cursor: CursorText,
  /** What the message is, such as `shift.started`. */
  type: Schema.String,
  /** The id of what it is about. */
  subject: Schema.String,
  payload: Schema.Json,
  at: Schema.DateTimeUtcFromString
}) {}

/** The connection will be closed, with the code 1008, if it goes on sending so much. */
export class SlowDown extends Schema.TaggedClass<SlowDown>("runtime/SlowDown")("SlowDown", {
  /** Messages that came within the window. */
  sent: Schema.Int,
  /** As many as may come. */
  limit: Schema.Int,
  windowSeconds: Schema.Int
}) {}

/** The socket has as many streams of changes open as it may. */
export class TooManyStreams extends Schema.TaggedError<TooManyStreams>()("TooManyStreams", { limit: Schema.Int }) {}

/** The live feed of the web UI, over WebSocket at `/rpc`, as newline-delimited JSON. */
export class LiveRpcs extends RpcGroup.make(
  /** Changes of the caller's tenant and messages to the caller, from `after` on, or from now. Fails when the session ends. */
  Rpc.make("Changes", {
    payload: { after: Schema.optionalKey(CursorText) },
    success: Schema.Union([Change, Notice, Resync, SlowDown]),
    error: TooManyStreams,
    stream: true
  }),
  /** Round trip for the connection dot. */
  Rpc.make("Ping", { success: Schema.DateTimeUtcFromString })
).middleware(LiveAuthorization) {}
