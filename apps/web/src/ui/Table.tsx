import type { ReactNode, TdHTMLAttributes, ThHTMLAttributes } from "react"
import { classes } from "./classes.ts"

/** A table that scrolls sideways within itself. `label` names it. `head` is a row of {@link Th}. */
export function Table({ label, head, children }: {
  readonly label: string
  readonly head: ReactNode
  readonly children: ReactNode
}) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table aria-label={label} className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line">{head}</tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  )
}

export function Th({ className, ...rest }: ThHTMLAttributes<HTMLTableCellElement>) {
  return (
    <th
      scope="col"
      {...rest}
      className={classes("px-3 py-2 text-left text-xs font-medium whitespace-nowrap text-muted", className)}
    />
  )
}

/** Heads the column of a row's buttons. */
export function ActionsTh() {
  return (
    <Th>
      <span className="sr-only">Actions</span>
    </Th>
  )
}

export function Td({ className, ...rest }: TdHTMLAttributes<HTMLTableCellElement>) {
  return <td {...rest} className={classes("px-3 py-2 align-top", className)} />
}
