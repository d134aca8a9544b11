import type { ReactNode } from "react"
import { useTitle } from "./useTitle.ts"

/** Nothing here yet: says so, and what to do next, by a button or a command to copy. `isPage`: it stands for a whole page. */
export function EmptyState({ title, icon, children, action, isPage = false }: {
  readonly title: string
  readonly isPage?: boolean
  readonly icon?: ReactNode
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  useTitle(isPage ? title : null)
  const Title = isPage ? "h1" : "p"
  return (
    <div className="mx-auto grid max-w-xl justify-items-center gap-3 px-4 py-12 text-center">
      {icon !== undefined && (
        <span aria-hidden className="rounded-full bg-hover p-3 text-muted [&>svg]:size-6">{icon}</span>
      )}
      <Title className="text-lg font-semibold text-balance">{title}</Title>
      {children !== undefined && <div className="w-full min-w-0 text-sm text-pretty text-muted">{children}</div>}
      {action}
    </div>
  )
}
