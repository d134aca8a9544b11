import { RotateCw, TriangleAlert } from "lucide-react"
import { Button } from "./Button.tsx"

/** Something could not be loaded: says why, and offers to try again. */
export function ErrorState({ message, onRetry, busy = false }: {
  readonly message: string
  readonly onRetry?: () => void
  readonly busy?: boolean
}) {
  return (
    <div role="alert" className="mx-auto grid max-w-xl justify-items-center gap-3 px-4 py-12 text-center">
      <TriangleAlert aria-hidden className="size-6 text-critical" />
      <p className="text-pretty">{message}</p>
      {onRetry !== undefined && (
        <Button busy={busy} icon={<RotateCw aria-hidden className="size-4" />} onClick={onRetry}>Try again</Button>
      )}
    </div>
  )
}
