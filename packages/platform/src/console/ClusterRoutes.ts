import { Clusters } from "@innkeeper/runtime"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { ConsoleApi } from "./ConsoleApi.ts"

export const ClusterRoutes = HttpApiBuilder.group(
  ConsoleApi,
  "cluster",
  Effect.fnUntraced(function*(handlers) {
    const clusters = yield* Clusters
    return handlers.handleAll({
      get: () => clusters.state,
      entities: () => clusters.entities
    })
  })
)
