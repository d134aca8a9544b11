import { type ReactNode, useId } from "react"
import { classes } from "./classes.ts"

/** A framed part of a page with its own heading. */
export function Card({ title, actions, children, className }: {
  readonly title?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}) {
  const id = useId()
  return (
    <section
      {...(title === undefined ? {} : { "aria-labelledby": id })}
      className={classes("rounded-lg border border-line bg-surface", className)}
    >
      {(title !== undefined || actions !== undefined) && (
        <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
          {title !== undefined && (
            <h2 id={id} className="min-w-0 flex-1 text-sm font-semibold wrap-anywhere">{title}</h2>
          )}
          {actions}
        </header>
      )}
      <div className="p-4">{children}</div>
    </section>
  )
}
