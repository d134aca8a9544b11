import { Uuid } from "@innkeeper/config"
import { Schema } from "effect"

export const ScheduleId = Uuid.pipe(Schema.brand("ScheduleId"))
export type ScheduleId = typeof ScheduleId.Type

export const OverrideId = Uuid.pipe(Schema.brand("OverrideId"))
export type OverrideId = typeof OverrideId.Type
