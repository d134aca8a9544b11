import type { ReactNode } from "react"
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx"

/** Asks before somebody leaves a page with what was not saved yet, which `children` name. */
export function DiscardDialog({ away, children }: {
  /** The way that waits, as `useBlocker` gives it. */
  readonly away: {
    readonly status: "blocked" | "idle"
    readonly proceed?: (() => void) | undefined
    readonly reset?: (() => void) | undefined
  }
  readonly children: ReactNode
}) {
  return (
    <ConfirmDialog
      open={away.status === "blocked"}
      onOpenChange={() => away.reset?.()}
      title="Discard what you entered?"
      action="Discard"
      onConfirm={() => away.proceed?.()}
    >
      {children}
    </ConfirmDialog>
  )
}
