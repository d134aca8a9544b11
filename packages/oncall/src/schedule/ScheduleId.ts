import { Schema } from "effect"

export const ScheduleId = Schema.String.check(Schema.isUUID()).pipe(Schema.brand("ScheduleId"))
export type ScheduleId = typeof ScheduleId.Type

export const OverrideId = Schema.String.check(Schema.isUUID()).pipe(Schema.brand("OverrideId"))
export type OverrideId = typeof OverrideId.Type
