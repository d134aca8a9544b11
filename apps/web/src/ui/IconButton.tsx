import type { ButtonHTMLAttributes, ReactNode } from "react"
import { classes } from "./classes.ts"

/** A button that shows a picture alone; `label` names it for everybody who does not see it, and as a tooltip. */
export function IconButton(
  { label, children, className, type = "button", ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & {
    readonly label: string
    readonly children: ReactNode
  }
) {
  return (
    <button
      title={label}
      {...rest}
      type={type}
      aria-label={label}
      className={classes(
        "control-square inline-flex items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink",
        "disabled:opacity-55 disabled:cursor-not-allowed [&>svg]:size-4.5",
        className
      )}
    >
      {children}
    </button>
  )
}
