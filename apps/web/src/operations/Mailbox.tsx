import type { CaughtMail } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { ArrowLeft, Inbox } from "lucide-react"
import { Loaded } from "../api/Loaded.tsx"
import { useQuery } from "../api/useQuery.ts"
import { useSearchState } from "../forms/useSearchState.ts"
import { Button } from "../ui/Button.tsx"
import { classes } from "../ui/classes.ts"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { Time } from "../ui/Time.tsx"
import { useNow } from "../ui/useNow.ts"
import { MailPane } from "./MailPane.tsx"

const View = Schema.Struct({ mail: Schema.optionalKey(Schema.String) })

/** The mail that was caught instead of sent, in development. */
export function Mailbox() {
  // Caught mail is told by no event, so the list is read anew every ten seconds.
  const now = useNow(10)
  const mails = useQuery(["mail", "list", Math.floor(now.epochMilliseconds / 10_000)], (api) => api.mailbox.list(), {
    keepPrevious: true
  })
  const [view, setView] = useSearchState<{ readonly mail?: string | undefined }>(View, {})
  return (
    <Page>
      <PageHeader title="Mailbox">Mail that was caught here instead of sent</PageHeader>
      <Loaded query={mails}>
        {(mails) => {
          const open = mails.find(({ id }) => id === view.mail)
          return mails.length === 0
            ? (
              <EmptyState title="No mail yet" icon={<Inbox />}>
                Pages by email and links to sign in arrive here while no mail server is configured.
              </EmptyState>
            )
            : (
              <div className="grid items-start gap-5 lg:grid-cols-[22rem_minmax(0,1fr)]">
                <MailList
                  mails={mails}
                  open={open}
                  onOpen={(mail) => setView({ mail })}
                />
                {open === undefined
                  ? <p className="py-12 text-center text-sm text-muted max-lg:hidden">Choose a mail to read it.</p>
                  : (
                    <div className="grid min-w-0 gap-2">
                      <Button
                        className="justify-self-start lg:hidden"
                        icon={<ArrowLeft aria-hidden className="size-4" />}
                        onClick={() => setView({ mail: undefined })}
                      >
                        All mail
                      </Button>
                      <MailPane key={open.id} mail={open} />
                    </div>
                  )}
              </div>
            )
        }}
      </Loaded>
    </Page>
  )
}

function MailList({ mails, open, onOpen }: {
  readonly mails: ReadonlyArray<CaughtMail>
  readonly open: CaughtMail | undefined
  readonly onOpen: (id: string) => void
}) {
  return (
    <ul
      aria-label="Mail"
      className={classes(
        "divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface",
        open !== undefined && "max-lg:hidden"
      )}
    >
      {mails.map(({ id, receivedAt, subject, to }) => (
        <li key={id} className="[contain-intrinsic-size:auto_4rem] [content-visibility:auto]">
          <button
            type="button"
            data-printed
            aria-current={open?.id === id || undefined}
            onClick={() =>
              onOpen(id)}
            className="grid w-full gap-0.5 px-4 py-2.5 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2 aria-[current]:bg-accent-soft"
          >
            <span className="truncate font-medium">{subject}</span>
            <span className="flex gap-2 text-xs text-muted">
              <span className="min-w-0 flex-1 truncate">{to.join(", ")}</span>
              <Time at={receivedAt} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
