import type { ReactNode } from "react"
import { useTitle } from "./useTitle.ts"

/**
 * The title of a page, what it is for, and what can be done there. Also names the browser's tab, unless `isTab` is
 * false because something else on the page does.
 */
export function PageHeader({ title, children, actions, isTab = true }: {
  readonly title: string
  readonly isTab?: boolean
  readonly children?: ReactNode
  readonly actions?: ReactNode
}) {
  useTitle(isTab ? title : null)
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-2 pb-4">
      <div className="min-w-0 flex-1 basis-48">
        <h1 className="text-xl font-semibold wrap-anywhere">{title}</h1>
        {children !== undefined && <div className="text-sm text-muted">{children}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  )
}

/** The frame of an ordinary page. */
export function Page({ children }: { readonly children: ReactNode }) {
  return <div className="mx-auto w-full max-w-6xl px-4 py-5 sm:px-6">{children}</div>
}
