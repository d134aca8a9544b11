import { classes } from "./classes.ts"

/** Grey bars where rows will be, so that the page does not jump. */
export function Skeleton({ rows = 5, className }: { readonly rows?: number; readonly className?: string }) {
  return (
    <div role="status" aria-label="Loading" className={classes("grid gap-3 p-4", className)}>
      {Array.from({ length: rows }, (_, row) => (
        <div
          key={row}
          className="h-9 animate-pulse rounded-md bg-hover"
          style={{ width: `${100 - (row * 13) % 35}%` }}
        />
      ))}
    </div>
  )
}
