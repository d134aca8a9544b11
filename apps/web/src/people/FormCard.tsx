import type { ReactNode } from "react"
import { DiscardDialog } from "../forms/DiscardDialog.tsx"
import { FormProblem } from "../forms/FormProblem.tsx"
import type { Form } from "../forms/useForm.ts"
import { useUnsaved } from "../forms/useUnsaved.ts"
import { Button } from "../ui/Button.tsx"
import { Card } from "../ui/Card.tsx"

/** A form that is a part of a page. Leaving the page asks first when something was changed. `action` is a verb, such as "Save". */
export function FormCard<Draft>({ form, title, action, children }: {
  readonly form: Form<Draft>
  readonly title: string
  readonly action: string
  readonly children: ReactNode
}) {
  const away = useUnsaved(form)
  return (
    <Card title={title}>
      <form onSubmit={form.submit} noValidate className="grid gap-4">
        {children}
        <FormProblem form={form} />
        <Button
          tone="primary"
          type="submit"
          busy={form.busy}
          disabled={!form.dirty}
          className="justify-self-start"
        >
          {action}
        </Button>
      </form>
      <DiscardDialog away={away}>“{title}” was changed here and not saved yet.</DiscardDialog>
    </Card>
  )
}
