import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { ConsoleApi } from "../console/ConsoleApi.ts"
import { pageOf } from "../console/pageOf.ts"
import { TenantLifecycle } from "./TenantLifecycle.ts"

export const LifecycleRoutes = HttpApiBuilder.group(
  ConsoleApi,
  "lifecycle",
  Effect.fnUntraced(function*(handlers) {
    const lifecycle = yield* TenantLifecycle
    return handlers.handleAll({
      list: ({ query: { cursor, limit, ...filter } }) =>
        pageOf(limit, (limit) => lifecycle.list({ ...filter, after: cursor, limit }), ({ slug }) => slug),
      get: ({ params }) => lifecycle.get(params.slug),
      plan: ({ params, payload }) => lifecycle.plan(params.slug, payload),
      operate: ({ params, payload }) =>
        Effect.map(lifecycle.operate(params.slug, payload), (operation) => ({ operation })),
      history: ({ params, query: { cursor, limit } }) =>
        Effect.andThen(
          lifecycle.get(params.slug),
          pageOf(limit, (limit) => lifecycle.history(params.slug, { before: cursor, limit }))
        ),
      operation: ({ params }) => lifecycle.operation(params.slug, params.id),
      lines: ({ params, query }) => lifecycle.lines(params.slug, params.id, query.after ?? 0),
      cancel: ({ params }) => lifecycle.cancel(params.slug, params.id)
    })
  })
)
