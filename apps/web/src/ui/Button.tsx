import { LoaderCircle } from "lucide-react"
import type { ButtonHTMLAttributes, ReactNode } from "react"
import { classes } from "./classes.ts"

export type ButtonTone = "primary" | "plain" | "quiet" | "danger"

const tones: Record<ButtonTone, string> = {
  primary: "bg-accent text-accent-ink border-transparent hover:brightness-110",
  plain: "bg-surface text-ink border-line hover:bg-hover",
  quiet: "bg-transparent text-ink border-transparent hover:bg-hover",
  danger: "bg-critical text-critical-ink border-transparent hover:brightness-110"
}

/** The look of a button, for links that act as one. */
export const buttonClasses = (tone: ButtonTone = "plain", size: "normal" | "large" = "normal") =>
  classes(
    "control inline-flex items-center justify-center gap-2 rounded-md border px-3 font-medium whitespace-nowrap select-none",
    "disabled:opacity-55 disabled:cursor-not-allowed",
    size === "large" ? "min-h-12 text-base px-5" : "text-sm",
    tones[tone]
  )

/** A button says what it does by a verb. While `busy` it cannot be pressed again. */
export function Button(
  { tone, size, busy = false, icon, children, className, disabled, type = "button", ...rest }:
    & ButtonHTMLAttributes<HTMLButtonElement>
    & {
      readonly tone?: ButtonTone | undefined
      readonly size?: "normal" | "large" | undefined
      readonly busy?: boolean | undefined
      readonly icon?: ReactNode
    }
) {
  return (
    <button
      {...rest}
      type={type}
      className={classes(buttonClasses(tone, size), className)}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
    >
      {busy ? <LoaderCircle aria-hidden className="size-4 animate-spin" /> : icon}
      {children}
    </button>
  )
}
