import { assert, layer } from "@effect/vitest"
import { asTenant } from "@innkeeper/database"
import { Sessions, Tenants } from "@innkeeper/platform"
import { DateTime, Effect, Layer, Option, Redacted, Schema } from "effect"
import { readFileSync } from "node:fs"
import { parse } from "yaml"
import { Alerts } from "../alert/Alerts.ts"
import { Incidents } from "../incident/Incidents.ts"
import { Schedules } from "../schedule/Schedules.ts"
import { SetupDocument } from "../setup/SetupDocument.ts"
import { setupsLayer } from "../setup/Setups.fixture.ts"
import { Setups } from "../setup/Setups.ts"
import { loadDemo } from "./Demo.ts"
import { playStory } from "./playStory.ts"

const text = readFileSync(new URL("../../../../demo/demo.yaml", import.meta.url), "utf8")
const document = Schema.decodeUnknownSync(SetupDocument, { onExcessProperty: "error" })(parse(text))
const password = Redacted.make("a password for the demo")

const load = loadDemo({ document, password })

const inside = Effect.fnUntraced(function*<A, E, R>(effect: Effect.Effect<A, E, R>) {
  const tenant = yield* Effect.flatMap(Tenants, (tenants) => tenants.bySlug(document.tenant.slug))
  return yield* effect.pipe(asTenant(Option.getOrThrow(tenant).id))
})

layer(Layer.mergeAll(Incidents.layer, Alerts.layer).pipe(Layer.provideMerge(setupsLayer)), {
  excludeTestServices: true
})("the demo", (it) => {
  it.effect("is loaded once", () =>
    Effect.gen(function*() {
      assert.isTrue(Option.isSome(yield* load))
      assert.isTrue(Option.isNone(yield* load))
    }))

  it.effect("tells a story with an incident in each state", () =>
    Effect.gen(function*() {
      yield* load
      yield* inside(playStory({ patience: 0 }))
      const incidents = yield* Incidents
      const { items } = yield* inside(incidents.search({ limit: 100 }))
      const told = items.map(({ alertCount, priority, serviceName, status }) =>
        `${serviceName}: ${status}, ${priority}, ${alertCount}`
      )
      assert.deepStrictEqual(told.toSorted(), [
        "Booking API: acknowledged, high, 1",
        "Booking API: resolved, medium, 1",
        "Channel manager: triggered, medium, 1",
        "Door locks: triggered, low, 1",
        "Payments: resolved, high, 3"
      ])
      const kinds = yield* inside(Effect.forEach(items, ({ id }) => incidents.timeline(id)))
      assert.includeMembers(kinds.flat().map(({ kind }) => kind), [
        "triggered",
        "acknowledged",
        "note",
        "priority-changed",
        "reassigned",
        "resolved"
      ])
    }))

  it.effect("lets everybody of the document sign in with the password", () =>
    Effect.gen(function*() {
      yield* load
      const sessions = yield* Sessions
      for (const { email } of document.users!) yield* sessions.signIn({ email, password })
    }))

  it.effect("has somebody on call at any time, and somebody who stands in tomorrow", () =>
    Effect.gen(function*() {
      yield* load
      const schedules = yield* Schedules
      const now = yield* DateTime.now
      const all = yield* inside(schedules.list)
      const calendars = yield* inside(
        Effect.forEach(all, ({ id }) => schedules.calendar(id, now, DateTime.add(now, { days: 90 })))
      )
      assert.deepStrictEqual(calendars.flatMap(({ gaps }) => gaps), [])
      const tomorrow = { minimum: DateTime.add(now, { hours: 19 }), maximum: DateTime.add(now, { hours: 21 }) }
      const standsIn = calendars.flatMap(({ layers, overrides }) =>
        overrides.filter(({ start }) => DateTime.between(start, tomorrow)).map(({ start, userId }) =>
          layers.flatMap(({ shifts }) => shifts).find((shift) =>
            DateTime.between(start, { minimum: shift.start, maximum: shift.end })
          )?.userId !== userId
        )
      )
      assert.deepStrictEqual(standsIn, [true])
    }))

  it.effect("leaves a tenant that its own document does not change", () =>
    Effect.gen(function*() {
      yield* load
      assert.deepStrictEqual((yield* (yield* Setups).apply(document)).changes, [])
    }))
})
