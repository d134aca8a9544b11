import { ScheduleStates } from "@innkeeper/runtime"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { ConsoleApi } from "./ConsoleApi.ts"

export const PlatformScheduleRoutes = HttpApiBuilder.group(
  ConsoleApi,
  "platformSchedules",
  Effect.fnUntraced(function*(handlers) {
    const schedules = yield* ScheduleStates
    return handlers.handleAll({ list: () => schedules.list })
  })
)
