/** Contracts of the runtime, safe for a browser. */
export { LiveAuthorization, SocketUnauthorized } from "./realtime/LiveAuthorization.ts"
export { Change, LiveRpcs, Resync } from "./realtime/LiveRpcs.ts"
