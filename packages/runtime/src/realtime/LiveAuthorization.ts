import type { CurrentTenant } from "@innkeeper/database"
import { Context, Schema } from "effect"
import { RpcMiddleware } from "effect/rpc"
import type { Viewer } from "./Viewers.ts"

/** No valid session came with the socket, or it ended while the socket was open. */
export class SocketUnauthorized extends Schema.TaggedError<SocketUnauthorized>()("SocketUnauthorized", {}) {}

/** Who looks at the live feed that is being answered. */
export class CurrentViewer extends Context.Service<CurrentViewer, Viewer>()("runtime/CurrentViewer") {}

/** Opens the caller's tenant for each message of a socket. Implemented where sessions are known. */
export class LiveAuthorization extends RpcMiddleware.Service<LiveAuthorization, {
  provides: CurrentTenant | CurrentViewer
}>()("runtime/LiveAuthorization", { error: SocketUnauthorized }) {}
