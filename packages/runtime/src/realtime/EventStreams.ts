import { NodeHttpServerRequest } from "@effect/platform-node"
import { type Cause, Context, Effect, Layer, Metric, Queue, Schedule, Schema, type Scope, Stream } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { CursorText } from "../event/Cursor.ts"
import { Health } from "../health/Health.ts"
import { LiveConnections } from "./LiveConnections.ts"
import { LiveFeed, type Told } from "./LiveFeed.ts"
import { isWanted, toEvent, toHeartbeat, toRetry } from "./sse.ts"
import { type Viewer, Viewers } from "./Viewers.ts"
import { watchViewer } from "./watchViewer.ts"

/** Messages that wait for a client that does not read, beside those that it missed. One more, and it is cut off. */
const waiting = 256

const heartbeatInterval = "15 seconds"

const retryPause = "3 seconds"

const dropped = Metric.counter("event_streams_dropped", {
  description: "Event streams that were cut off because their client read too slowly",
  incremental: true
})

const isCursor = Schema.is(CursorText)

/**
 * Streams of Server-Sent Events (WHATWG HTML, 9.2): the live feed for programs.
 *
 * @effect-expect-leaking HttpServerRequest | Scope
 */
export class EventStreams extends Context.Service<EventStreams, {
  /**
   * Answers a request with the changes of the viewer's tenant and the messages to the viewer, without end.
   *
   * It goes on after the cursor of `Last-Event-ID`, or after the one that is given. A client that reads too slowly is cut off
   * and comes back with its `Last-Event-ID`; so it costs a bounded memory. The stream ends when the session or key of the
   * request does, which is looked at every minute, when the live feed fails, and when the process stops. A viewer who has
   * too many live connections open is answered 429. The connection is counted until the scope of the request closes.
   */
  readonly open: (options: {
    readonly viewer: Viewer
    readonly after?: string | undefined
    /** Types, such as `incident.triggered` or `incident.*`; none are all. */
    readonly types: ReadonlyArray<string>
  }) => Effect.Effect<
    HttpServerResponse.HttpServerResponse,
    never,
    HttpServerRequest.HttpServerRequest | Scope.Scope
  >
}>()("runtime/EventStreams") {
  static readonly layer = Layer.effect(
    EventStreams,
    Effect.gen(function*() {
      const feed = yield* LiveFeed
      const viewers = yield* Viewers
      const connections = yield* LiveConnections
      const { closing } = yield* Health

      const cutOff = Effect.fnUntraced(function*(viewer: Viewer, request: HttpServerRequest.HttpServerRequest) {
        yield* Metric.update(dropped, 1)
        yield* viewers.report({
          action: "stream.dropped",
          viewer,
          reason: `More than ${waiting} messages waited for it`
        })
        yield* Effect.sync(() => NodeHttpServerRequest.toServerResponse(request).destroy())
        return yield* Effect.never
      })

      const open = Effect.fn("EventStreams.open")(function*({ after: given, types, viewer }: {
        readonly viewer: Viewer
        readonly after?: string | undefined
        readonly types: ReadonlyArray<string>
      }) {
        const request = yield* HttpServerRequest.HttpServerRequest
        if (!(yield* connections.enter(viewer))) {
          return HttpServerResponse.empty({ status: 429, headers: { "retry-after": "60" } })
        }
        const lastEventId = request.headers["last-event-id"]
        const after = lastEventId !== undefined && isCursor(lastEventId) ? lastEventId : given

        const concerns = (told: Told) => told._tag === "Resync" || isWanted(told.type, types)

        const events = Stream.unwrap(Effect.gen(function*() {
          const { first, live } = yield* feed.open(viewer, after)
          const queue = yield* Queue.dropping<string, Cause.Done>(waiting)
          let cursor = first.at(-1)?.cursor ?? after
          const offer = (text: string) =>
            Effect.flatMap(Queue.offer(queue, text), (taken) => taken ? Effect.void : cutOff(viewer, request))

          const heartbeats = Effect.repeat(
            Effect.suspend(() => offer(toHeartbeat(cursor))),
            Schedule.spaced(heartbeatInterval)
          )
          yield* live.pipe(
            Stream.runForEach((told) => {
              cursor = told.cursor
              return concerns(told) ? offer(toEvent(told)) : Effect.void
            }),
            Effect.raceFirst(heartbeats),
            Queue.into(queue),
            Effect.forkScoped
          )
          return Stream.concat(Stream.fromIterable(first.filter(concerns).map(toEvent)), Stream.fromQueue(queue))
        }))
        const body = Stream.concat(Stream.make(toRetry(retryPause)), events).pipe(
          Stream.catchCause((cause) =>
            Stream.fromEffectDrain(Effect.logWarning("An event stream failed, and its client has to come back", cause))
          )
        )

        return HttpServerResponse.stream(
          body.pipe(
            Stream.interruptWhen(Effect.ignore(watchViewer(viewers, viewer, request.headers))),
            Stream.interruptWhen(closing),
            Stream.encodeText
          ),
          {
            contentType: "text/event-stream",
            // Proxies that gather answers, such as nginx, would keep the events back.
            headers: { "cache-control": "no-store", "x-accel-buffering": "no" }
          }
        )
      })
      return EventStreams.of({ open })
    })
  ).pipe(Layer.provide(LiveConnections.layer))
}
