import type { TenantSlug } from "@innkeeper/config"
import { isUnderWay, type OperationId, type TenantOperation } from "@innkeeper/platform/api"
import { ScrollText } from "lucide-react"
import { useState } from "react"
import { EmptyState } from "../../ui/EmptyState.tsx"
import { Time } from "../../ui/Time.tsx"
import { Listed } from "../Listed.tsx"
import { useAdminPages } from "../useAdmin.ts"
import { OperationBadge } from "./OperationBadge.tsx"
import { OperationFacts } from "./OperationFacts.tsx"
import { operationKinds } from "./operationKinds.ts"
import { OperationLines } from "./OperationLines.tsx"
import { Problems } from "./Problems.tsx"

/** What was done with a tenant, newest first; each unfolds to what happened in it. */
export function OperationHistory({ slug }: { readonly slug: TenantSlug }) {
  const pages = useAdminPages(
    ["operations", slug],
    (cursor) => (api) =>
      api.lifecycle.history({ params: { slug }, query: cursor === null ? {} : { cursor: cursor as OperationId } })
  )
  return (
    <Listed
      pages={pages}
      empty={
        <EmptyState title="Nothing was done with it yet" icon={<ScrollText />}>
          What is done from here, or on the command line, shows up here with all that happened.
        </EmptyState>
      }
    >
      {(operations) => (
        <ol aria-label="Operations" className="divide-y divide-line rounded-lg border border-line bg-surface">
          {operations.map((operation) => <Entry key={operation.id} operation={operation} />)}
        </ol>
      )}
    </Listed>
  )
}

function Entry({ operation }: { readonly operation: TenantOperation }) {
  const [isOpen, setIsOpen] = useState(false)
  const { createdAt, id, kind, problems, slug, status, step } = operation
  return (
    <li>
      <details open={isOpen} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
        <summary className="flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-sm hover:bg-hover focus-visible:-outline-offset-2">
          <span className="font-medium">{operationKinds[kind].noun}</span>
          <OperationBadge status={status} />
          <span className="min-w-0 flex-1 truncate text-xs text-muted max-sm:hidden">{problems[0] ?? step}</span>
          <span className="text-xs text-muted">
            <Time at={createdAt} absolute />
          </span>
        </summary>
        {isOpen && (
          <div className="grid grid-cols-1 gap-4 px-4 pt-1 pb-4">
            <Problems problems={problems} />
            <OperationFacts operation={operation} />
            <OperationLines slug={slug} id={id} live={isUnderWay(status) && status !== "waiting"} />
          </div>
        )}
      </details>
    </li>
  )
}
