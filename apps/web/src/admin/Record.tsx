import { Schema } from "effect"
import { ScrollText } from "lucide-react"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { Time } from "../ui/Time.tsx"
import { Listed } from "./Listed.tsx"
import { useAdminPages } from "./useAdmin.ts"

const isEmpty = Schema.is(Schema.Record(Schema.String, Schema.Never))

/** What was done with the admin token, newest first. */
export function Record() {
  const pages = useAdminPages(
    ["record"],
    (cursor) => (api) => api.adminAudit.list({ query: cursor === null ? {} : { cursor } })
  )
  return (
    <Page>
      <PageHeader title="Record">
        What was done with the admin token, newest first. Nothing here can be changed.
      </PageHeader>
      <Listed
        pages={pages}
        empty={
          <EmptyState title="Nothing yet" icon={<ScrollText />}>
            Each sign-in and each action is written here.
          </EmptyState>
        }
      >
        {(entries) => (
          <ol aria-label="Entries" className="divide-y divide-line rounded-lg border border-line bg-surface">
            {entries.map(({ action, actor, at, detail, id, ip, subject }) => (
              <li key={id} className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 text-sm md:grid-cols-[9rem_1fr_12rem]">
                <span className="text-muted">
                  <Time at={at} />
                </span>
                <div className="min-w-0">
                  <code className="font-mono text-xs">{action}</code>
                  {subject !== null && <span className="ml-2 text-xs break-all text-muted">{subject}</span>}
                  {!isEmpty(detail) && (
                    <p className="font-mono text-xs wrap-anywhere text-muted">{JSON.stringify(detail)}</p>
                  )}
                </div>
                <span className="text-xs text-muted tabular-nums md:text-right">
                  {actor.kind === "token" ? "by the token" : "in the console"}
                  {ip !== null && <>, from {ip}</>}
                </span>
              </li>
            ))}
          </ol>
        )}
      </Listed>
    </Page>
  )
}
