import type { AuditEntry } from "@innkeeper/platform/api"
import { Time } from "../ui/Time.tsx"

const kinds: Record<AuditEntry["actor"]["kind"], string> = {
  user: "person",
  "api-key": "API key",
  integration: "integration",
  link: "link",
  system: "system"
}

/** One entry: when, who, what, to what, from where; the rest behind a word. */
export function AuditLine({ entry }: { readonly entry: AuditEntry }) {
  const { action, actor, at, detail, ip, requestId, subject } = entry
  return (
    <li className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 text-sm [contain-intrinsic-size:auto_4rem] [content-visibility:auto] md:grid-cols-[8rem_12rem_1fr_8rem]">
      <span className="text-muted">
        <Time at={at} />
      </span>
      <span className="min-w-0">
        <span className="font-medium">{actor.name}</span>{" "}
        <span className="text-xs text-muted">{kinds[actor.kind]}</span>
      </span>
      <div className="min-w-0">
        <code className="font-mono text-xs">{action}</code>
        {subject !== null && <span className="ml-2 text-xs break-all text-muted">{subject}</span>}
        <details className="text-xs">
          <summary className="w-fit cursor-pointer text-muted pointer-coarse:py-2">Details</summary>
          <pre className="mt-1 overflow-x-auto rounded bg-canvas p-2 font-mono whitespace-pre-wrap">
            {JSON.stringify(detail, null, 2)}
          </pre>
          {requestId !== null && <p className="pt-1 text-muted">Request {requestId}</p>}
        </details>
      </div>
      <span className="text-xs text-muted tabular-nums md:text-right">{ip}</span>
    </li>
  )
}
