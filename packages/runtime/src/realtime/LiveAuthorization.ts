import type { CurrentTenant } from "@innkeeper/database"
import { Schema } from "effect"
import { RpcMiddleware } from "effect/rpc"

/** No valid session came with the socket, or it ended while the socket was open. */
export class SocketUnauthorized extends Schema.TaggedError<SocketUnauthorized>()("SocketUnauthorized", {}) {}

/** Opens the caller's tenant for each message of a socket. Implemented where sessions are known. */
export class LiveAuthorization extends RpcMiddleware.Service<LiveAuthorization, {
  provides: CurrentTenant
}>()("runtime/LiveAuthorization", { error: SocketUnauthorized }) {}
