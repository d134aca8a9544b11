import type { TenantId } from "@innkeeper/config"
import { Context, type Effect } from "effect"
import type { Headers, HttpServerRequest } from "effect/http"
import type { SocketUnauthorized } from "./LiveAuthorization.ts"

/** Who looks at a live feed: a person, or a program with an API key. */
export interface Viewer {
  readonly tenantId: TenantId
  readonly kind: "user" | "api-key"
  readonly id: string
  readonly name: string
}

/** Why a connection was refused, or closed by the server. */
export interface Violation {
  /**
   * `socket.refused`: no valid session or key, or a page of another site. `socket.ended`: the session or key ended while it
   * was open. `socket.limited`: it sent more than it may. `stream.dropped`: it read too slowly.
   */
  readonly action: "socket.refused" | "socket.ended" | "socket.limited" | "stream.dropped"
  /** Null when it is not known whose the connection was. */
  readonly viewer: Viewer | null
  readonly reason: string
}

/** Finds out who opens a live connection, and keeps a record of those that were not as they should be. */
export class Viewers extends Context.Service<Viewers, {
  /** By the headers that the connection was opened with: the cookie of a session, or an API key. */
  readonly identify: (headers: Headers.Headers) => Effect.Effect<Viewer, SocketUnauthorized>
  /** Counts that somebody opens a socket; false where as many were opened from their network lately as may be. */
  readonly mayOpen: Effect.Effect<boolean, never, HttpServerRequest.HttpServerRequest>
  readonly report: (violation: Violation) => Effect.Effect<void>
}>()("runtime/Viewers") {}
