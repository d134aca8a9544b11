import { isUnderWay, type TenantOperation } from "@innkeeper/platform/api"
import { CircleSlash } from "lucide-react"
import { useState } from "react"
import { Button } from "../../ui/Button.tsx"
import { Card } from "../../ui/Card.tsx"
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx"
import { useAdminAction } from "../useAdmin.ts"
import { OperationBadge } from "./OperationBadge.tsx"
import { OperationFacts } from "./OperationFacts.tsx"
import { operationKinds } from "./operationKinds.ts"
import { OperationLines } from "./OperationLines.tsx"
import { Problems } from "./Problems.tsx"
import { ProgressBar } from "./ProgressBar.tsx"

/** What is being done with a tenant, or was done last: how far it is, and what has happened. */
export function OperationCard({ operation }: { readonly operation: TenantOperation }) {
  const { id, kind, problems, progress, slug, status, step } = operation
  const { noun } = operationKinds[kind]
  const isLive = isUnderWay(status) && status !== "waiting"
  return (
    <Card
      title={isUnderWay(status) ? `${noun} under way` : `Last operation: ${noun.toLowerCase()}`}
      actions={
        <>
          <OperationBadge status={status} />
          {isUnderWay(status) && status !== "undoing" && status !== "waiting" && <Cancel operation={operation} />}
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        {isLive && (
          <div className="grid grid-cols-1 gap-1.5">
            <p role="status" className="text-sm font-medium wrap-anywhere">{step ?? "It begins soon."}</p>
            {progress !== null && (
              <ProgressBar
                label={`Resources done by the ${noun.toLowerCase()}`}
                done={progress.done}
                total={progress.total}
              />
            )}
          </div>
        )}
        <Problems problems={problems} />
        <OperationFacts operation={operation} />
        <OperationLines slug={slug} id={id} live={isLive} />
      </div>
    </Card>
  )
}

function Cancel({ operation: { id, kind, slug } }: { readonly operation: TenantOperation }) {
  const [asks, setAsks] = useState(false)
  const { noun } = operationKinds[kind]
  const cancel = useAdminAction(() => (api) => api.lifecycle.cancel({ params: { slug, id } }), {
    done: () => "It stops and undoes what it did",
    onDone: () => setAsks(false)
  })
  return (
    <>
      <Button icon={<CircleSlash aria-hidden className="size-4" />} onClick={() => setAsks(true)}>Cancel it</Button>
      <ConfirmDialog
        open={asks}
        onOpenChange={setAsks}
        title={`Cancel the ${noun.toLowerCase()} of ${slug}?`}
        action="Cancel it"
        busy={cancel.isPending}
        onConfirm={() => cancel.mutate(undefined)}
      >
        It stops where it is, and what it did is undone.
      </ConfirmDialog>
    </>
  )
}
