import { Schema } from "effect"
import { Rpc, RpcGroup } from "effect/rpc"
import { LiveAuthorization } from "./LiveAuthorization.ts"

/** Something of the caller's tenant changed. The receiver reads it anew through the HTTP API. */
export class Change extends Schema.Class<Change>("runtime/Change")({
  /** Position in the stream; send the last one seen as `after` to resume without a gap. */
  cursor: Schema.String,
  /** Type of the domain event, such as `incident.acknowledged`. */
  type: Schema.String,
  /** The id of what changed. */
  subject: Schema.String,
  at: Schema.DateTimeUtcFromString
}) {}

/** The live feed of the web UI, over WebSocket at `/rpc`. */
export class LiveRpcs extends RpcGroup.make(
  /** Changes of the caller's tenant, from `after` on, or from now. Ends when the session does. */
  Rpc.make("Changes", {
    payload: { after: Schema.optionalKey(Schema.String) },
    success: Change,
    stream: true
  }),
  /** Round trip for the connection dot. */
  Rpc.make("Ping", { success: Schema.DateTimeUtcFromString })
).middleware(LiveAuthorization) {}
