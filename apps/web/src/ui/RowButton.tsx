import type { ReactNode } from "react"

/** What opens the row of a table; cut off where the table is narrow, and large enough for a finger. */
export function RowButton({ onOpen, children }: { readonly onOpen: () => void; readonly children: ReactNode }) {
  return (
    <button
      type="button"
      data-printed
      onClick={onOpen}
      className="block max-w-full truncate text-left font-medium text-accent hover:underline pointer-coarse:-my-2 pointer-coarse:py-3"
    >
      {children}
    </button>
  )
}
