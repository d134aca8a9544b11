import type { ReactNode } from "react"
import type { Call } from "../api/client.ts"
import { problemText } from "../api/problem.ts"
import { useAction } from "../api/useQuery.ts"
import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"

/** Asks before something is taken away for good, does it, and says why when the server refuses. */
export function RemoveDialog<A, E>(
  { title, action, tone = "danger", remove, invalidates, onClose, onRemoved, children }: {
    readonly title: string
    /** A verb, such as "Delete". */
    readonly action: string
    readonly tone?: "danger" | "primary"
    readonly remove: Call<A, E>
    /** Kinds of query keys that are read anew afterwards. */
    readonly invalidates: ReadonlyArray<string>
    readonly onClose: () => void
    readonly onRemoved?: () => void
    /** What happens with it. */
    readonly children: ReactNode
  }
) {
  const removal = useAction((call: Call<A, E>) => call, {
    invalidates,
    onDone: () => {
      onClose()
      onRemoved?.()
    }
  })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone={tone} busy={removal.isPending} onClick={() => removal.mutate(remove)}>{action}</Button>
        </>
      }
    >
      <div className="grid gap-3 text-sm">
        <div className="text-muted">{children}</div>
        {removal.error !== null && (
          <p role="alert" className="rounded-md bg-critical-soft px-3 py-2 text-critical">
            {problemText(removal.error)}
          </p>
        )}
      </div>
    </Dialog>
  )
}
