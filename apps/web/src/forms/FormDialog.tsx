import { type ReactNode, useId, useState } from "react"
import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import { FormProblem } from "./FormProblem.tsx"
import type { Form } from "./useForm.ts"
import { useUnsaved } from "./useUnsaved.ts"

/** Puts the cursor into the first field; not on touch, where that would raise the keyboard over the form. */
const focusFirst = (form: HTMLFormElement | null) => {
  if (matchMedia("(pointer: fine)").matches) form?.querySelector<HTMLElement>("input, select, textarea")?.focus()
}

/**
 * A form over the page. Closing it, or leaving the page, asks first when something was changed. `action` is a verb, such as
 * "Create".
 */
export function FormDialog<Draft>({ form, title, description, action, onClose, children, wide }: {
  readonly form: Form<Draft>
  readonly title: string
  readonly description?: ReactNode
  readonly action: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly wide?: boolean
}) {
  const id = useId()
  const [closing, setClosing] = useState(false)
  const away = useUnsaved(form)
  const keep = () => {
    setClosing(false)
    away.reset?.()
  }
  const close = () => form.dirty ? setClosing(true) : onClose()
  return (
    <Dialog
      open
      onOpenChange={() => away.status === "blocked" ? keep() : closing ? onClose() : close()}
      title={title}
      description={description}
      {...(wide === undefined ? {} : { wide })}
      footer={closing || away.status === "blocked"
        ? (
          <>
            <p role="alert" className="flex-1 basis-full self-center text-sm sm:basis-0">Discard what you entered?</p>
            {/* An element of its own: the same one would be the button that saves by the time the browser acts on the click. */}
            <Button key="keep" onClick={keep}>Keep editing</Button>
            <Button tone="danger" onClick={onClose}>Discard</Button>
          </>
        )
        : (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button tone="primary" type="submit" form={id} busy={form.busy}>{action}</Button>
          </>
        )}
    >
      <form ref={focusFirst} id={id} onSubmit={form.submit} noValidate className="grid grid-cols-1 gap-4">
        {children}
        <FormProblem form={form} />
      </form>
    </Dialog>
  )
}
