/** How many of something are done. `label` says of what, for those who do not see it. */
export function ProgressBar({ label, done, total }: {
  readonly label: string
  readonly done: number
  readonly total: number
}) {
  const percent = total === 0 ? 100 : Math.min(100, Math.round(100 * done / total))
  return (
    <div className="flex items-center gap-2">
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        className="h-1.5 min-w-12 flex-1 overflow-hidden rounded-full bg-hover"
      >
        <div className="h-full rounded-full bg-accent transition-[width]" style={{ width: `${percent}%` }} />
      </div>
      <span className="text-xs whitespace-nowrap text-muted tabular-nums">{done} of {total}</span>
    </div>
  )
}
