import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { AdminAudit } from "./AdminAudit.ts"
import { ConsoleApi } from "./ConsoleApi.ts"
import { pageOf } from "./pageOf.ts"

export const AdminAuditRoutes = HttpApiBuilder.group(
  ConsoleApi,
  "adminAudit",
  Effect.fnUntraced(function*(handlers) {
    const audit = yield* AdminAudit
    return handlers.handleAll({
      list: ({ query: { cursor, limit } }) => pageOf(limit, (limit) => audit.list({ before: cursor, limit }))
    })
  })
)
