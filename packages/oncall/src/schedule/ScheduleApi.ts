import {
  AccessRule,
  Authorization,
  Conflict,
  Instant,
  needs,
  NeedsFeature,
  NotFound,
  Unprocessable,
  UserId
} from "@innkeeper/platform/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { Override, Schedule, ScheduleInput, Shift } from "./Schedule.ts"
import { OverrideId, ScheduleId } from "./ScheduleId.ts"

/** A schedule drawn over a span: a lane per layer, the overrides, and what results. */
export class Calendar extends Schema.Class<Calendar>("oncall/Calendar")({
  schedule: Schedule,
  from: Schema.DateTimeUtcFromString,
  until: Schema.DateTimeUtcFromString,
  layers: Schema.Array(Schema.Struct({ name: Schema.String, shifts: Schema.Array(Shift) })),
  overrides: Schema.Array(Override),
  final: Schema.Array(Shift),
  /** Spans in which nobody is on call. */
  gaps: Schema.Array(Schema.Struct({ start: Schema.DateTimeUtcFromString, end: Schema.DateTimeUtcFromString }))
}) {}

/** Who has a schedule at one instant, until when, and who follows. */
export const OnCall = Schema.Struct({
  scheduleId: ScheduleId,
  scheduleName: Schema.String,
  timeZone: Schema.String,
  current: Schema.NullOr(Shift),
  next: Schema.NullOr(Shift)
})

export class ScheduleApi extends HttpApiGroup.make("schedules")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(Schedule) }).annotate(AccessRule, needs("oncall:read")),
    HttpApiEndpoint.get("get", "/:id", { params: { id: ScheduleId }, success: Schedule, error: NotFound })
      .annotate(AccessRule, needs("oncall:read")),
    HttpApiEndpoint.get("calendar", "/:id/calendar", {
      params: { id: ScheduleId },
      /** At most 100 days. */
      query: { from: Instant, until: Instant },
      success: Calendar,
      error: [NotFound, Unprocessable]
    }).annotate(AccessRule, needs("oncall:read")),
    HttpApiEndpoint.post("create", "/", { payload: ScheduleInput, success: Schedule, error: [Conflict, Unprocessable] })
      .annotate(AccessRule, needs("oncall:write")),
    HttpApiEndpoint.put("replace", "/:id", {
      params: { id: ScheduleId },
      payload: ScheduleInput,
      success: Schedule,
      error: [NotFound, Conflict, Unprocessable]
    }).annotate(AccessRule, needs("oncall:write")),
    HttpApiEndpoint.delete("remove", "/:id", {
      params: { id: ScheduleId },
      success: HttpApiSchema.NoContent,
      error: [NotFound, Conflict]
    }).annotate(AccessRule, needs("oncall:write")),
    HttpApiEndpoint.post("addOverride", "/:id/overrides", {
      params: { id: ScheduleId },
      payload: Schema.Struct({
        userId: UserId,
        start: Instant,
        end: Instant
      }),
      success: Override,
      error: [NotFound, Unprocessable]
    }).annotate(AccessRule, needs("oncall:override")),
    HttpApiEndpoint.delete("removeOverride", "/:id/overrides/:overrideId", {
      params: { id: ScheduleId, overrideId: OverrideId },
      success: HttpApiSchema.NoContent,
      error: NotFound
    }).annotate(AccessRule, needs("oncall:override"))
  )
  .middleware(Authorization)
  .annotateEndpoints(NeedsFeature, "oncall")
  .prefix("/schedules")
{}
