import type { ReactNode } from "react"

/** A key to press. */
export function Kbd({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="inline-flex min-w-5 items-center justify-center rounded border border-line bg-canvas px-1 font-mono text-xs text-muted">
      {children}
    </kbd>
  )
}
