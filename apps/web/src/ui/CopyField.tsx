import { Effect } from "effect"
import { Check, Copy } from "lucide-react"
import { useRef, useState } from "react"
import { IconButton } from "./IconButton.tsx"

/** A key, address or command to copy whole. `label` says what it is. */
export function CopyField({ label, value, wrap = false }: {
  readonly label: string
  readonly value: string
  /** Breaks long commands over lines instead of scrolling them. */
  readonly wrap?: boolean
}) {
  const [copied, setCopied] = useState<string | null>(null)
  const [isSelected, setSelected] = useState(false)
  const code = useRef<HTMLElement>(null)
  const done = copied === value
  const select = () => {
    getSelection()?.selectAllChildren(code.current!)
    setSelected(true)
  }
  const copy = () => {
    // Over plain HTTP a browser lets no page copy.
    Effect.runFork(Effect.match(Effect.tryPromise(() => navigator.clipboard.writeText(value)), {
      onFailure: select,
      onSuccess: () => setCopied(value)
    }))
  }
  return (
    <div className="flex min-w-0 flex-wrap items-start gap-1 rounded-md border border-line bg-canvas py-0.5 pr-0.5 pl-3 text-left">
      <code
        ref={code}
        tabIndex={0}
        aria-label={label}
        className={`min-w-0 flex-1 self-center py-1 font-mono text-xs text-ink ${
          wrap ? "break-all whitespace-pre-wrap" : "overflow-x-auto whitespace-pre"
        }`}
      >
        {value}
      </code>
      <IconButton label={done ? "Copied" : `Copy ${label}`} onClick={copy}>
        {done ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />}
      </IconButton>
      <p role="status" className={isSelected ? "basis-full pb-1 text-xs text-muted" : "sr-only"}>
        {done ? "Copied" : isSelected ? "It is selected: this browser lets only you copy it." : ""}
      </p>
    </div>
  )
}
