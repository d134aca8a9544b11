import { CircleAlert } from "lucide-react"
import type { Form } from "./useForm.ts"

/** Why the last attempt to save failed, below the fields. */
export function FormProblem<Draft>({ form }: { readonly form: Form<Draft> }) {
  return form.problem === null ?
    null :
    (
      <p role="alert" className="flex items-start gap-2 rounded-md bg-critical-soft px-3 py-2 text-sm text-critical">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        {form.problem}
      </p>
    )
}
