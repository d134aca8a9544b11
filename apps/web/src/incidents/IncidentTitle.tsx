import { useState } from "react"
import { Button } from "../ui/Button.tsx"
import { classes } from "../ui/classes.ts"

/** Characters that surely fit on a phone beside what to do about it. */
const short = 200

/** What is broken. A sender's long text is cut, so that what to do about it stays in sight. */
export function IncidentTitle({ title }: { readonly title: string }) {
  const [whole, setWhole] = useState(false)
  const cut = !whole && title.length > short
  return (
    <div className="grid grid-cols-1 justify-items-start gap-1">
      <h1
        dir="auto"
        className={classes("max-w-full text-xl font-semibold text-pretty break-words", cut && "line-clamp-4")}
      >
        {title}
      </h1>
      {cut && <Button tone="quiet" onClick={() => setWhole(true)}>Show the whole title</Button>}
    </div>
  )
}
