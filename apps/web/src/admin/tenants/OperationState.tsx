import { isUnderWay, type TenantOperation } from "@innkeeper/platform/api"
import { Time } from "../../ui/Time.tsx"
import { operationKinds } from "./operationKinds.ts"
import { ProgressBar } from "./ProgressBar.tsx"

/** What an operation does at the moment and how far it is, or what it failed of; nothing of one that is done. */
export function OperationState({ operation }: { readonly operation: TenantOperation }) {
  const { kind, problems, progress, removeAt, status, step } = operation
  const { noun } = operationKinds[kind]
  if (!isUnderWay(status)) {
    return status === "failed"
      ? (
        <p className="truncate text-xs text-critical" title={problems.join(" ")}>
          {noun} failed{problems.length > 0 && `: ${problems[0]}`}
        </p>
      )
      : null
  }
  return (
    <div className="grid grid-cols-1 gap-1">
      <p className="truncate text-xs text-muted">
        {noun}
        {status === "waiting" && removeAt !== null
          ? (
            <>
              : deletes its data after <Time at={removeAt} absolute />
            </>
          )
          : step === null
          ? " begins soon"
          : `${status === "undoing" ? " is being undone" : ""}: ${step}`}
      </p>
      {progress !== null && status !== "waiting" && (
        <ProgressBar
          label={`Resources done by the ${noun.toLowerCase()}`}
          done={progress.done}
          total={progress.total}
        />
      )}
    </div>
  )
}
