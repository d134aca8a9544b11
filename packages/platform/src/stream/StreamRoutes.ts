import { EventStreams } from "@innkeeper/runtime"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { CurrentPrincipal } from "../access/Authorization.ts"
import { PlatformApi } from "../PlatformApi.ts"

/** The parts of a list with commas between. */
const listed = (text: string | undefined) =>
  (text ?? "").split(",").map((part) => part.trim()).filter((part) => part !== "")

export const StreamRoutes = HttpApiBuilder.group(
  PlatformApi,
  "stream",
  Effect.fnUntraced(function*(handlers) {
    const streams = yield* EventStreams
    return handlers.handleRaw(
      "open",
      Effect.fnUntraced(function*({ query: { after, types } }) {
        const { id, kind, name, tenantId } = yield* CurrentPrincipal
        return yield* streams.open({ viewer: { tenantId, kind, id, name }, after, types: listed(types) })
      })
    )
  })
)
