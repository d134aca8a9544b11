import { RotateCw, TriangleAlert } from "lucide-react"
import type { ReactNode } from "react"
import { Button } from "./Button.tsx"

/** Something could not be loaded: says why, and offers to try again. `other` is another way on. */
export function ErrorState({ message, onRetry, busy = false, other }: {
  readonly message: string
  readonly onRetry?: () => void
  readonly busy?: boolean
  readonly other?: ReactNode
}) {
  return (
    <div role="alert" className="mx-auto grid max-w-xl justify-items-center gap-3 px-4 py-12 text-center">
      <TriangleAlert aria-hidden className="size-6 text-critical" />
      <p className="text-pretty">{message}</p>
      {onRetry !== undefined && (
        <Button busy={busy} icon={<RotateCw aria-hidden className="size-4" />} onClick={onRetry}>Try again</Button>
      )}
      {other}
    </div>
  )
}
