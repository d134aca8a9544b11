import type { TenantSlug } from "@innkeeper/config"
import type { OperationId, OperationLine } from "@innkeeper/platform/api"
import { useQueryClient } from "@tanstack/react-query"
import { Effect } from "effect"
import { refresh, useAdminQuery } from "../useAdmin.ts"

/** The most lines that one answer has. */
const most = 500

/** What has happened in an operation so far. While it is `live`, what is new is read every second. */
export const useOperationLines = (slug: TenantSlug, id: OperationId, live: boolean) => {
  const queries = useQueryClient()
  const key = ["operation-lines", slug, id]
  return useAdminQuery(key, (api) =>
    Effect.gen(function*() {
      const known = queries.getQueryData<ReadonlyArray<OperationLine>>(["admin", ...key]) ?? []
      const lines = [...known]
      for (let full = true; full;) {
        const more = yield* api.lifecycle.lines({ params: { slug, id }, query: { after: lines.at(-1)?.number ?? 0 } })
        lines.push(...more)
        full = more.length === most
      }
      return lines
    }), { every: live ? 1000 : refresh })
}
