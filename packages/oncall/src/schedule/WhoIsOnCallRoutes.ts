import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { OncallApi } from "../OncallApi.ts"
import { WhoIsOnCall } from "./WhoIsOnCall.ts"

export const WhoIsOnCallRoutes = HttpApiBuilder.group(
  OncallApi,
  "onCall",
  Effect.fnUntraced(function*(handlers) {
    const whoIsOnCall = yield* WhoIsOnCall
    return handlers.handleAll({
      schedules: ({ query }) => whoIsOnCall.schedules(query.at),
      services: ({ query }) => whoIsOnCall.services(query.at)
    })
  })
)
