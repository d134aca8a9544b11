import { CircleAlert } from "lucide-react"
import {
  createContext,
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useContext,
  useId,
  useState
} from "react"
import { classes } from "./classes.ts"

interface FieldState {
  readonly id: string
  readonly describedBy: string | undefined
  readonly invalid: boolean
  readonly onHalfTyped: (isHalfTyped: boolean) => void
}

const FieldContext = createContext<FieldState | null>(null)

/**
 * Names the control inside it, says what is expected, and shows what is wrong with it: by itself only that a date or number
 * is half typed, which the control's value does not tell.
 */
export function Field({ label, hint, error: told, children, className }: {
  readonly label: string
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly children: ReactNode
  readonly className?: string
}) {
  const id = useId()
  const [isHalfTyped, setHalfTyped] = useState(false)
  const error = isHalfTyped ? "This is incomplete. Enter the rest, or empty the field." : told
  const describedBy = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean)
  return (
    <FieldContext
      value={{
        id,
        invalid: error !== undefined,
        onHalfTyped: setHalfTyped,
        describedBy: describedBy.length > 0 ? describedBy.join(" ") : undefined
      }}
    >
      <div className={classes("grid content-start gap-1", className)}>
        <label htmlFor={id} className="text-sm font-medium">{label}</label>
        {children}
        {hint !== undefined && <p id={`${id}-hint`} className="text-xs text-muted">{hint}</p>}
        {error !== undefined && (
          <p id={`${id}-error`} role="alert" className="flex items-start gap-1 text-xs text-critical">
            <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            {error}
          </p>
        )}
      </div>
    </FieldContext>
  )
}

const attributesOf = (field: FieldState | null) =>
  field === null ? {} : {
    id: field.id,
    "aria-describedby": field.describedBy,
    "aria-invalid": field.invalid || undefined
  }

// 16 px on touch: a smaller font makes iOS zoom into the field.
const look = "control w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm pointer-coarse:text-base "
  + "placeholder:text-muted aria-invalid:border-critical disabled:opacity-60"

export function TextInput(
  { className, onBlur, ...rest }:
    & Omit<InputHTMLAttributes<HTMLInputElement>, "onInput" | "onInvalid">
    & { readonly ref?: Ref<HTMLInputElement> }
) {
  const field = useContext(FieldContext)
  const check = (input: HTMLInputElement) => field?.onHalfTyped(input.validity.badInput)
  return (
    <input
      {...attributesOf(field)}
      {...rest}
      onBlur={(event) => {
        check(event.currentTarget)
        onBlur?.(event)
      }}
      onInput={({ currentTarget }) => {
        if (!currentTarget.validity.badInput) check(currentTarget)
      }}
      onInvalid={({ currentTarget }) => check(currentTarget)}
      className={classes(look, className)}
    />
  )
}

export function TextArea(
  { className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement> & { readonly ref?: Ref<HTMLTextAreaElement> }
) {
  return (
    <textarea
      rows={4}
      {...attributesOf(useContext(FieldContext))}
      {...rest}
      className={classes(look, "py-1.5", className)}
    />
  )
}

/** The system's own list: it works with every keyboard, screen reader and thumb. */
export function Select({ className, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return <select {...attributesOf(useContext(FieldContext))} {...rest} className={classes(look, "pr-1", className)} />
}

/** A tick box with its words to the right. */
export function Checkbox(
  { label, hint, className, ...rest }: InputHTMLAttributes<HTMLInputElement> & {
    readonly label: string
    readonly hint?: ReactNode
  }
) {
  const id = useId()
  return (
    <div className={classes("flex items-start gap-2", className)}>
      <input
        {...rest}
        id={id}
        type="checkbox"
        className="mt-1 size-4 accent-accent pointer-coarse:mt-2.5 pointer-coarse:size-5"
      />
      <label htmlFor={id} className="grid text-sm pointer-coarse:py-2">
        {label}
        {hint !== undefined && <span className="text-xs text-muted">{hint}</span>}
      </label>
    </div>
  )
}
