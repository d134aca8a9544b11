/** A weekly schedule and a way to read shifts. Tests only. */
import { DateTime, Schema } from "effect"
import type { Scene } from "../testing.fixture.ts"
import { ScheduleInput } from "./Schedule.ts"

const decodeInput = Schema.decodeUnknownSync(ScheduleInput)
export const at = (text: string) => DateTime.makeUnsafe(text)

/** A Monday, in the week of the second person. */
export const now = at("2027-03-01T10:00:00Z")

/** Ada and Ben take turns, a week each, from Monday 22 February 2027 at nine. */
export const weekly = (scene: Scene, parts: object = {}) =>
  decodeInput({
    name: "Primary",
    timeZone: "UTC",
    layers: [{
      name: "Week",
      rotation: { unit: "week", every: 1, start: "2027-02-22T09:00" },
      users: [scene.person("Ada").id, scene.person("Ben").id]
    }],
    ...parts
  })

export const span = (start: string, end: string) => ({ start: at(start), end: at(end) })
/** Shifts as `person start end`. */
export const shown = (
  scene: Scene,
  shifts: ReadonlyArray<{ userId: string; start: DateTime.Utc; end: DateTime.Utc }>
) =>
  shifts.map(({ end, start, userId }) => {
    const name = ["Ada", "Ben", "Cleo"].find((person) => scene.person(person).id === userId)
    return `${name} ${DateTime.formatIso(start).slice(5, 16)} ${DateTime.formatIso(end).slice(5, 16)}`
  })
