import type { ReactNode } from "react"
import { Button } from "./Button.tsx"
import { Dialog } from "./Dialog.tsx"

/** Asks before something that cannot be taken back. `action` is a verb, such as "Revoke". */
export function ConfirmDialog({ open, onOpenChange, title, children, action, onConfirm, busy = false }: {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly children: ReactNode
  readonly action: string
  readonly onConfirm: () => void
  readonly busy?: boolean
}) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button tone="danger" busy={busy} onClick={onConfirm}>{action}</Button>
        </>
      }
    >
      <div className="text-sm text-muted">{children}</div>
    </Dialog>
  )
}
