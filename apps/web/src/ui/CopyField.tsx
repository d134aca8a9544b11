import { Check, Copy } from "lucide-react"
import { useState } from "react"
import { IconButton } from "./IconButton.tsx"

/** A key, address or command to copy whole. `label` says what it is. */
export function CopyField({ label, value, wrap = false }: {
  readonly label: string
  readonly value: string
  /** Breaks long commands over lines instead of scrolling them. */
  readonly wrap?: boolean
}) {
  const [copied, setCopied] = useState<string | null>(null)
  const done = copied === value
  const copy = () => {
    void navigator.clipboard.writeText(value).then(() => setCopied(value))
  }
  return (
    <div className="flex min-w-0 items-start gap-1 rounded-md border border-line bg-canvas py-0.5 pr-0.5 pl-3 text-left">
      <code
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
      <span role="status" className="sr-only">{done ? "Copied" : ""}</span>
    </div>
  )
}
