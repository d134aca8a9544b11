import type { TenantId } from "@innkeeper/config"
import { asTenant, withTenant } from "@innkeeper/database"
import { Context, Effect, Layer, PubSub, RcMap, type Scope, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { type Cursor, cursorText, parseCursor } from "../event/Cursor.ts"
import type { DomainEvent } from "../event/DomainEvent.ts"
import { OutboxSession } from "../event/OutboxSession.ts"
import { OutboxSignal } from "../event/OutboxSignal.ts"
import { eventsBetween, horizon, isKeptAfter } from "../event/OutboxStore.ts"
import { survive } from "../survive.ts"
import { Change, Notice, Resync } from "./LiveRpcs.ts"
import type { Viewer } from "./Viewers.ts"

/** What a viewer is told, in the order in which it happened. */
export type Told = Change | Notice | Resync

/** Events of one read. */
const batch = 500

/** Changes that wait for one slow reader, and that one reader may have missed, before it is told to read all anew. */
const backlog = 500

/** Rest between two reads, so that a busy outbox costs at most 20 reads a second and process. */
const rest = "50 millis"

/** Where the process's reader leaves what is new in one tenant. */
interface Hub {
  readonly pubsub: PubSub.PubSub<Numbered>
  /** How many events came by so far; a reader that sees a number jump has lost some. */
  published: number
}

interface Numbered {
  readonly number: number
  readonly event: DomainEvent
}

/** What a reader gets first, and the horizon below which all of it was read. */
interface Opening {
  readonly below: Cursor
  readonly messages: ReadonlyArray<Told>
}

/**
 * What changes in a tenant, as it happens and on whichever pod, for those who look at it.
 *
 * One reader per process takes committed events from the outbox and hands them to the tenant's readers in memory.
 */
export class LiveFeed extends Context.Service<LiveFeed, {
  /**
   * Changes of the viewer's tenant and messages to the viewer in order, each once, without end: those after the cursor
   * first, or from now. A `Resync` stands for changes that are not told one by one.
   */
  readonly changes: (viewer: Viewer, after?: string) => Stream.Stream<Told>
  /** The same in two parts: what is told first, at most 500 messages, and what happens from then on. */
  readonly open: (viewer: Viewer, after?: string) => Effect.Effect<
    {
      readonly first: ReadonlyArray<Told>
      readonly live: Stream.Stream<Told>
    },
    never,
    Scope.Scope
  >
}>()("runtime/LiveFeed") {
  static readonly layer = Layer.effect(
    LiveFeed,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { wakes } = yield* OutboxSignal
      const { onSession } = yield* OutboxSession
      const hubs = yield* RcMap.make<TenantId, Hub, never, Scope.Scope>({
        lookup: () =>
          Effect.acquireRelease(
            Effect.map(PubSub.sliding<Numbered>(backlog), (pubsub) => ({ pubsub, published: 0 })),
            ({ pubsub }) => PubSub.shutdown(pubsub)
          )
      })
      const publish = Effect.fnUntraced(function*(event: DomainEvent) {
        if (!(yield* RcMap.has(hubs, event.tenantId))) return
        const hub = yield* RcMap.get(hubs, event.tenantId)
        yield* PubSub.publish(hub.pubsub, { number: hub.published++, event })
      }, Effect.scoped)

      let position = yield* Effect.orDie(onSession(horizon))

      // The horizon comes before the question who listens: who comes later takes its own, which is not lower.
      const read = onSession(Effect.gen(function*() {
        const below = yield* horizon
        const listeners = [...yield* RcMap.keys(hubs)].length
        const events = listeners === 0 ? [] : yield* eventsBetween({ after: position, below, limit: batch })
        return { below, events }
      }))

      const drain = Effect.gen(function*() {
        for (;;) {
          const { below, events } = yield* read
          yield* Effect.forEach(events, publish, { discard: true })
          const last = events.length < batch ? undefined : events.at(-1)
          position = last ?? below
          if (last === undefined) return
        }
      })

      yield* wakes().pipe(
        Stream.runForEach(() =>
          drain.pipe(
            survive("Could not read what to tell live readers"),
            Effect.andThen(Effect.sleep(rest))
          )
        ),
        Effect.withTracerEnabled(false),
        Effect.forkScoped
      )

      const opening = Effect.fnUntraced(function*(viewer: Viewer, after: Cursor | undefined) {
        const below = yield* horizon
        const resync: Opening = { below, messages: [new Resync({ cursor: cursorText(below) })] }
        if (after === undefined || after.transaction > below.transaction) return resync
        const missed = yield* eventsBetween({ after, below, limit: backlog + 1 })
        if (missed.length > backlog || !(yield* isKeptAfter(after))) return resync
        const opening: Opening = { below, messages: missed.filter((event) => concerns(event, viewer)).map(tell) }
        return opening
      })

      const open = Effect.fnUntraced(
        function*(viewer: Viewer, after?: string) {
          const hub = yield* RcMap.get(hubs, viewer.tenantId)
          const { published } = hub
          const subscription = yield* PubSub.subscribe(hub.pubsub)
          const { below, messages } = yield* opening(viewer, after === undefined ? undefined : parseCursor(after)).pipe(
            withTenant,
            asTenant(viewer.tenantId)
          )
          const live = Stream.fromSubscription(subscription).pipe(
            Stream.mapAccum(() => published, follow(viewer)),
            Stream.filter(({ cursor }) => parseCursor(cursor).transaction >= below.transaction)
          )
          return { first: messages, live }
        },
        Effect.provideService(SqlClient.SqlClient, sql),
        Effect.orDie
      )

      const changes = (viewer: Viewer, after?: string) =>
        Stream.unwrap(
          Effect.map(open(viewer, after), ({ first, live }) => Stream.concat(Stream.fromIterable(first), live))
        )

      return LiveFeed.of({ changes, open })
    })
  )
}

/** Whether a viewer is told of an event: those for one person reach nobody else. */
const concerns = ({ recipient }: DomainEvent, { id, kind }: Viewer) =>
  recipient === null || (kind === "user" && recipient === id)

const tell = (event: DomainEvent): Told => {
  const told = { cursor: cursorText(event), type: event.type, subject: event.subject, at: event.at }
  return event.recipient === null ? new Change(told) : new Notice({ ...told, payload: event.payload })
}

/** Tells of one event, of nothing where it is for somebody else, or that some before it were lost to a reader that is too slow. */
const follow = (viewer: Viewer) => (expected: number, { event, number }: Numbered) => {
  const told: ReadonlyArray<Told> = number > expected
    ? [new Resync({ cursor: cursorText(event) })]
    : concerns(event, viewer)
    ? [tell(event)]
    : []
  return [number + 1, told] as const
}
