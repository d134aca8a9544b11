import type { ReactNode } from "react"
import { Button } from "../ui/Button.tsx"
import { CopyField } from "../ui/CopyField.tsx"
import { Dialog } from "../ui/Dialog.tsx"

/** Shows something that is told once, such as a key. */
export function SecretDialog({ title, label, secret, onClose, children }: {
  readonly title: string
  /** What it is, such as "key". */
  readonly label: string
  readonly secret: string
  readonly onClose: () => void
  readonly children: ReactNode
}) {
  return (
    <Dialog
      open
      firm
      onOpenChange={onClose}
      title={title}
      description={children}
      footer={<Button tone="primary" onClick={onClose}>I have copied it</Button>}
    >
      <CopyField label={label} value={secret} wrap />
    </Dialog>
  )
}
