import { Effect, Schema } from "effect"
import { type FormEvent, useEffect, useRef, useState } from "react"
import type { Call } from "../api/client.ts"
import { fieldErrors, problemStatus, problemText } from "../api/problem.ts"
import { useAction } from "../api/useQuery.ts"
import { plainWords } from "./plainWords.ts"

export interface Form<Draft> {
  /** What the controls hold. */
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
  /** What is wrong with a field, by its path in the payload, such as `steps.0.timeoutSeconds`. */
  readonly error: (path: string) => string | undefined
  /** Why the last attempt did not save. */
  readonly problem: string | null
  readonly dirty: boolean
  /** Whether it is dirty at this moment, which may be before what was drawn. */
  readonly hasUnsaved: () => boolean
  readonly busy: boolean
  /** Back to what the form began with. */
  readonly reset: () => void
  readonly submit: (event: FormEvent<HTMLFormElement>) => void
}

/**
 * A form that is checked by the server's own schema before it is sent. A failed save loses nothing: the draft stays,
 * each error goes to its field, and the first of these gets the focus.
 */
export const useForm = <Draft extends object, Value, Result, E>(options: {
  readonly initial: Draft
  readonly schema: Schema.ConstraintDecoder<Value>
  /** The payload that the draft stands for; the draft itself when left out. */
  readonly toPayload?: (draft: Draft) => unknown
  readonly save: (value: Value) => Call<Result, E>
  /** Kinds of query keys that are read anew after saving. */
  readonly invalidates: ReadonlyArray<string>
  readonly onSaved: (result: Result) => void
}): Form<Draft> => {
  const [draft, setDraft] = useState(options.initial)
  const [dirty, setDirty] = useState(false)
  const unsaved = useRef(false)
  const element = useRef<HTMLFormElement>(null)

  const mark = (dirty: boolean) => {
    unsaved.current = dirty
    setDirty(dirty)
  }

  const action = useAction(
    (draft: Draft): Call<Result, E | Schema.SchemaError> => (api) =>
      Schema.decodeUnknownEffect(options.schema)(options.toPayload ? options.toPayload(draft) : draft, {
        errors: "all"
      }).pipe(
        Effect.flatMap((value) => options.save(value)(api))
      ),
    {
      invalidates: options.invalidates,
      onDone: (result) => {
        mark(false)
        options.onSaved(result)
      }
    }
  )

  const { error } = action
  const errors = error === null ? {} : fieldErrors(error)
  useEffect(() => {
    if (error !== null) element.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus()
  }, [error])

  return {
    draft,
    set: (change) => {
      setDraft((draft) => ({ ...draft, ...change }))
      mark(true)
    },
    error: (path) => errors[path] === undefined ? undefined : plainWords(errors[path]),
    problem: error === null ? null : sentenceOf(error, Object.values(errors)),
    dirty,
    hasUnsaved: () => unsaved.current,
    busy: action.isPending,
    reset: () => {
      setDraft(options.initial)
      mark(false)
      action.reset()
    },
    submit: (event) => {
      event.preventDefault()
      // A form in a dialog that another form opened is not within that form, but React tells it so.
      event.stopPropagation()
      element.current = event.currentTarget
      const [halfTyped] = halfTypedIn(event.currentTarget)
      if (halfTyped === undefined) action.mutate(draft)
      else halfTyped.focus()
    }
  }
}

/** The controls that hold something half typed, for which their values say that they are empty. Each is told so. */
const halfTypedIn = (form: HTMLFormElement) =>
  [...form.querySelectorAll("input")].filter((control) => control.validity.badInput && !control.checkValidity())

/** What a refused form is told as a whole: also what is wrong with things that have no field of their own. */
const sentenceOf = (error: unknown, messages: ReadonlyArray<string>): string => {
  if (Schema.isSchemaError(error)) return "Some fields need another look."
  return problemStatus(error) === 422 && messages.length > 0 ? messages.map(plainWords).join(" ") : problemText(error)
}
