import type { TenantSlug } from "@innkeeper/config"
import type { OperationId, OperationLine } from "@innkeeper/platform/api"
import { Effect } from "effect"
import type { AdminClient } from "./AdminClient.ts"

/** The most lines that one answer has. */
const most = 500

/** All lines of an operation with numbers above `after`. */
export const linesOf = Effect.fnUntraced(function*(
  client: AdminClient,
  params: { readonly slug: TenantSlug; readonly id: OperationId },
  after: number
) {
  const lines: Array<OperationLine> = []
  for (let full = true; full;) {
    const more = yield* client.lifecycle.lines({ params, query: { after: lines.at(-1)?.number ?? after } })
    lines.push(...more)
    full = more.length === most
  }
  return lines
})
