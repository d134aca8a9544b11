import { useState } from "react"
import { Button } from "../../ui/Button.tsx"
import { ConfirmDialog } from "../../ui/ConfirmDialog.tsx"
import { Dialog } from "../../ui/Dialog.tsx"
import { useToasts } from "../../ui/Toast.tsx"
import { longText, Specimen } from "./Specimen.tsx"

/** What lies over the page. */
export function Overlays() {
  const toasts = useToasts()
  const [open, setOpen] = useState<"dialog" | "confirm" | null>(null)
  const close = () => setOpen(null)
  return (
    <Specimen name="Dialog, ConfirmDialog, Toast">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setOpen("dialog")}>Open a dialog</Button>
        <Button onClick={() => setOpen("confirm")}>Ask</Button>
        <Button onClick={() => toasts.done("The override is removed.")}>Tell success</Button>
        <Button onClick={() => toasts.failed(longText)}>Tell failure</Button>
        <Button onClick={() => toasts.urgent("You are being paged.", { label: "Open", onAction: () => {} })}>
          Tell something urgent
        </Button>
      </div>
      <Dialog
        open={open === "dialog"}
        onOpenChange={close}
        title="A long dialog"
        description="It scrolls within itself."
        footer={<Button tone="primary" onClick={close}>Close</Button>}
      >
        {Array.from({ length: 30 }, (_, line) => <p key={line} className="text-sm">{longText}</p>)}
      </Dialog>
      <ConfirmDialog
        open={open === "confirm"}
        onOpenChange={close}
        title="Delete it?"
        action="Delete"
        onConfirm={close}
      >
        It cannot be taken back.
      </ConfirmDialog>
    </Specimen>
  )
}
