import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { OncallApi } from "../OncallApi.ts"
import { Services } from "./Services.ts"

export const ServiceRoutes = HttpApiBuilder.group(
  OncallApi,
  "services",
  Effect.fnUntraced(function*(handlers) {
    const services = yield* Services
    return handlers.handleAll({
      list: () => services.list,
      get: ({ params }) => services.get(params.id),
      create: ({ payload }) => services.create(payload),
      replace: ({ params, payload }) => services.replace(params.id, payload),
      remove: ({ params }) => services.remove(params.id)
    })
  })
)
