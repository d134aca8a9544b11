import { EventConsumers } from "@innkeeper/runtime"
import { DateTime, Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { NotFound } from "../access/Problems.ts"
import { AdminAudit } from "./AdminAudit.ts"
import { ConsoleApi } from "./ConsoleApi.ts"

export const ConsumerRoutes = HttpApiBuilder.group(
  ConsoleApi,
  "consumers",
  Effect.fnUntraced(function*(handlers) {
    const consumers = yield* EventConsumers
    const audit = yield* AdminAudit
    return handlers.handleAll({
      list: () => consumers.list,
      replay: Effect.fnUntraced(function*({ params: { name }, payload: { from } }) {
        const replay = yield* consumers.replay(name, from).pipe(
          Effect.mapError(() => new NotFound({ resource: "consumer" }))
        )
        yield* audit.record({
          action: "consumer.replayed",
          subject: `consumer:${name}`,
          detail: { from: DateTime.formatIso(from), events: replay.events }
        })
        return replay
      })
    })
  })
)
