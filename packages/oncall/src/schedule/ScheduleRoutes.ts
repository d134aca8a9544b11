import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { OncallApi } from "../OncallApi.ts"
import { Schedules } from "./Schedules.ts"

export const ScheduleRoutes = HttpApiBuilder.group(
  OncallApi,
  "schedules",
  Effect.fnUntraced(function*(handlers) {
    const schedules = yield* Schedules
    return handlers.handleAll({
      list: () => schedules.list,
      get: ({ params }) => schedules.get(params.id),
      calendar: ({ params, query }) => schedules.calendar(params.id, query.from, query.until),
      create: ({ payload }) => schedules.create(payload),
      replace: ({ params, payload }) => schedules.replace(params.id, payload),
      remove: ({ params }) => schedules.remove(params.id),
      addOverride: ({ params, payload }) => schedules.addOverride(params.id, payload),
      removeOverride: ({ params }) => schedules.removeOverride(params.id, params.overrideId)
    })
  })
)
