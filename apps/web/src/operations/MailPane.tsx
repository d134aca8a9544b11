import type { CaughtMail } from "@innkeeper/platform/api"
import { useState } from "react"
import { Tabs } from "../ui/Tabs.tsx"
import { Time } from "../ui/Time.tsx"
import { mailDocument } from "./mailDocument.ts"

/** A mail to read: as HTML, as text, and its headers. */
export function MailPane({ mail }: { readonly mail: CaughtMail }) {
  const { from, headers, html, receivedAt, subject, text, to } = mail
  const [tab, setTab] = useState(html === null ? "text" : "html")
  return (
    <article className="grid gap-3">
      <header>
        <h2 className="text-lg font-semibold break-words">{subject}</h2>
        <p className="text-sm break-all text-muted">
          {from} → {to.join(", ")} · <Time at={receivedAt} />
        </p>
      </header>
      <Tabs
        label="Forms of the mail"
        value={tab}
        onChange={setTab}
        tabs={[
          ...(html === null ? [] : [{
            id: "html",
            label: "HTML",
            content: (
              // No scripts, no forms, an origin of its own; links may open in a new tab, where the mail's sandbox ends.
              <iframe
                title={`Mail: ${subject}`}
                sandbox="allow-popups allow-popups-to-escape-sandbox"
                srcDoc={mailDocument(html)}
                className="h-[60vh] w-full rounded-md border border-line bg-white"
              />
            )
          }]),
          ...(text === null ? [] : [{
            id: "text",
            label: "Text",
            content: (
              <pre className="overflow-x-auto rounded-md border border-line bg-surface p-4 font-mono text-xs break-words whitespace-pre-wrap">
                <Linked text={text} />
              </pre>
            )
          }]),
          {
            id: "headers",
            label: "Headers",
            content: (
              <dl className="grid gap-x-4 gap-y-1 font-mono text-xs sm:grid-cols-[auto_1fr]">
                {headers.map(({ name, value }, index) => (
                  <div key={index} className="contents">
                    <dt className="text-muted">{name}</dt>
                    <dd className="break-all">{value}</dd>
                  </div>
                ))}
              </dl>
            )
          }
        ]}
      />
    </article>
  )
}

/** A text in which addresses of the web can be followed. */
function Linked({ text }: { readonly text: string }) {
  return text.split(/(https?:\/\/[^\s<>]+)/).map((part, index) =>
    index % 2 === 0
      ? part
      : <a key={index} href={part} target="_blank" rel="noreferrer" className="text-accent underline">{part}</a>
  )
}
