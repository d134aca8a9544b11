/** Short ways to write schedules in tests. */
import { UserId } from "@innkeeper/platform/api"
import { DateTime } from "effect"
import { Layer, Override, type Rotation, Schedule } from "./Schedule.ts"
import { OverrideId, ScheduleId } from "./ScheduleId.ts"

const people = ["A", "B", "C", "P1", "P2", "P3"]
export const user = (name: string) => UserId.make(`00000000-0000-4000-8000-00000000000${people.indexOf(name) + 1}`)
export const utc = (instant: string) => DateTime.toUtc(DateTime.makeUnsafe(instant))
export const iso = (instant: DateTime.Utc) => DateTime.formatIso(instant)
export const named = (zone: string) => DateTime.zoneMakeNamedUnsafe(zone)

export const layer = (rotation: Rotation, users: ReadonlyArray<string>) =>
  Layer.make({ name: "Layer", rotation, users: users.map(user) as [UserId, ...Array<UserId>] })
export const schedule = (timeZone: string, layers: ReadonlyArray<Layer>) =>
  new Schedule({ id: ScheduleId.make("00000000-0000-4000-8000-00000000000a"), name: "Primary", timeZone, layers })
export const override = (
  taken: { readonly user: string; readonly start: string; readonly end: string },
  index: number
) =>
  new Override({
    id: OverrideId.make(`00000000-0000-4000-8000-00000000001${index}`),
    userId: user(taken.user),
    start: utc(taken.start),
    end: utc(taken.end)
  })
