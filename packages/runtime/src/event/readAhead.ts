import { Clock, Effect } from "effect"
import type { Cursor } from "./Cursor.ts"
import type { DomainEvent } from "./DomainEvent.ts"
import { OutboxSession } from "./OutboxSession.ts"
import { eventsBeyond, nothingSeen } from "./OutboxStore.ts"

/** How long the horizon has to stand still before a consumer looks beyond it, and then between two looks, in milliseconds. */
const stillFor = 500

/**
 * Hands a consumer what was committed beyond a horizon that stands still, since a transaction of somebody else takes long.
 *
 * What it has handled it leaves out when the horizon has passed; after a restart it comes once more.
 */
export const makeReadAhead = <E, R>(
  { batch, types }: { readonly batch: number; readonly types: ReadonlyArray<string> },
  handleAll: (events: ReadonlyArray<DomainEvent>) => Effect.Effect<void, E, R>
) => {
  const handled = new Set<string>()
  let seen = nothingSeen
  let horizon = { transaction: 0n, since: 0 }

  const look = Effect.fnUntraced(function*(below: Cursor) {
    const { onSession } = yield* OutboxSession
    let after = below
    let now: string | undefined
    for (;;) {
      const { events, snapshot } = yield* onSession(eventsBeyond({ after, seen, types, limit: batch }))
      now ??= snapshot
      const news = events.filter(({ id }) => !handled.has(id))
      yield* handleAll(news)
      for (const { id } of news) handled.add(id)
      const last = events.length < batch ? undefined : events.at(-1)
      if (last === undefined) break
      after = last
    }
    seen = now
  })

  return {
    /** Those of the events that it has not handled before. */
    rest: (events: ReadonlyArray<DomainEvent>) => events.filter(({ id }) => !handled.delete(id)),
    /** Called when everything below the horizon was handled; `held` tells whether a transaction holds it back. */
    beyond: Effect.fnUntraced(function*(below: Cursor, held: boolean) {
      const now = yield* Clock.currentTimeMillis
      if (!held || below.transaction !== horizon.transaction) {
        horizon = { transaction: below.transaction, since: now }
        return
      }
      if (now - horizon.since < stillFor) return
      horizon.since = now
      yield* look(below)
    })
  }
}
