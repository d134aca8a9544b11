import { Context, Effect, Layer, Metric, type Scope } from "effect"
import type { Viewer } from "./Viewers.ts"

/** Sockets and event streams together that one viewer may have open to one process: more pages than anybody looks at. */
export const mostConnections = 50

/** Streams of changes that may be open over one socket. A page needs one. */
export const mostStreams = 8

/** Gives each holder at most `most` places, each until its scope closes; false where all are taken. */
export const makePlaces = <Holder>(most: number) => {
  const taken = new Map<Holder, number>()
  return (holder: Holder): Effect.Effect<boolean, never, Scope.Scope> =>
    Effect.acquireRelease(
      Effect.sync(() => {
        const before = taken.get(holder) ?? 0
        if (before >= most) return false
        taken.set(holder, before + 1)
        return true
      }),
      (entered) =>
        Effect.sync(() => {
          if (!entered) return
          const left = (taken.get(holder) ?? 0) - 1
          if (left > 0) taken.set(holder, left)
          else taken.delete(holder)
        })
    )
}

const refused = Metric.counter("live_connections_refused", {
  description: "Sockets and event streams that were refused, as their viewer had too many open",
  incremental: true
})

/** The live connections of this process, counted by whose they are. */
export class LiveConnections extends Context.Service<LiveConnections, {
  /** Counts a connection until the scope closes; false where its viewer has too many open. */
  readonly enter: (viewer: Viewer) => Effect.Effect<boolean, never, Scope.Scope>
}>()("runtime/LiveConnections") {
  static readonly layer = Layer.sync(LiveConnections, () => {
    const place = makePlaces<string>(mostConnections)
    return LiveConnections.of({
      enter: ({ id, kind, tenantId }) =>
        Effect.tap(
          place(`${tenantId} ${kind} ${id}`),
          (entered) => entered ? Effect.void : Metric.update(refused, 1)
        )
    })
  })
}
