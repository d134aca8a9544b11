import { type ReactNode, useId, useState } from "react"
import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import { FormProblem } from "./FormProblem.tsx"
import type { Form } from "./useForm.ts"

/** Puts the cursor into the first field; not on touch, where that would raise the keyboard over the form. */
const focusFirst = (form: HTMLFormElement | null) => {
  if (matchMedia("(pointer: fine)").matches) form?.querySelector<HTMLElement>("input, select, textarea")?.focus()
}

/** A form over the page. Closing it asks first when something was changed. `action` is a verb, such as "Create". */
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
  const [leaving, setLeaving] = useState(false)
  return (
    <Dialog
      open
      onOpenChange={() => form.dirty && !leaving ? setLeaving(true) : onClose()}
      title={title}
      description={description}
      {...(wide === undefined ? {} : { wide })}
      footer={leaving
        ? (
          <>
            <p role="alert" className="flex-1 basis-full self-center text-sm sm:basis-0">Discard what you entered?</p>
            <Button onClick={() => setLeaving(false)}>Keep editing</Button>
            <Button tone="danger" onClick={onClose}>Discard</Button>
          </>
        )
        : (
          <>
            <Button onClick={() => form.dirty ? setLeaving(true) : onClose()}>Cancel</Button>
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
