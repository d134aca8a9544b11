import type { TenantOperation } from "@innkeeper/platform/api"
import { Link } from "@tanstack/react-router"
import { Time } from "../../ui/Time.tsx"
import { lengthText } from "../amounts.ts"
import { Facts } from "../Facts.tsx"

/** When an operation was asked for and by whom, how long it took, its backup, and its run. */
export function OperationFacts({ operation }: { readonly operation: TenantOperation }) {
  const { actor, backup, createdAt, finishedAt, removeAt, runId, status } = operation
  return (
    <Facts
      facts={[
        ["Asked", <Time key="asked" at={createdAt} absolute withSeconds />],
        ["By", actor.kind === "token" ? "the admin token" : "a session of the console"],
        ...finishedAt === null ? [] : [
          ["Finished", <Time key="finished" at={finishedAt} absolute withSeconds />],
          ["Took", lengthText((finishedAt.epochMilliseconds - createdAt.epochMilliseconds) / 1000)]
        ] as const,
        ...status === "waiting" && removeAt !== null
          ? [["Deletes its data", <Time key="removeAt" at={removeAt} absolute />] as const]
          : [],
        ...backup === null
          ? []
          : [["Backup", <span key="backup" className="font-mono text-xs">{backup}</span>] as const],
        ...runId === null ? [] : [
          [
            "Workflow run",
            <Link
              key="run"
              to="/admin/runs/$runId"
              params={{ runId }}
              className="inline-flex min-h-6 items-center text-accent underline"
            >
              Look at its run
            </Link>
          ] as const
        ]
      ]}
    />
  )
}
