import type { LinkPreview } from "@innkeeper/oncall/api"
import { Link } from "@tanstack/react-router"
import { CircleCheck } from "lucide-react"
import { useEffect } from "react"
import { inTime } from "../api/client.ts"
import { isPassing, problemStatus, problemText } from "../api/problem.ts"
import { useMe } from "../api/useMe.ts"
import { useAction, useQuery } from "../api/useQuery.ts"
import { Frame } from "../sign-in/Frame.tsx"
import { useFragment } from "../sign-in/useFragment.ts"
import { Button, buttonClasses } from "../ui/Button.tsx"
import { ErrorState } from "../ui/ErrorState.tsx"
import { Skeleton } from "../ui/Skeleton.tsx"
import { StatusBadge } from "../ui/StatusBadge.tsx"

const verbs = { acknowledge: "Acknowledge", resolve: "Resolve" } as const
const statusAfter = { acknowledge: "acknowledged", resolve: "resolved" } as const
const done = { acknowledge: "Acknowledged", resolve: "Resolved" } as const

type Preview = typeof LinkPreview.Type

/** What the link is for has happened already, or cannot happen any more. */
const isAnswered = ({ action, incident: { status } }: Preview) =>
  status === "resolved" || status === statusAfter[action]

/**
 * Where a link from a page lands. Whoever is signed in answers by opening it; anybody else presses one button, since
 * mail scanners open links, too.
 */
export function PageLink() {
  const token = useFragment()
  return token === "" ? <Forgotten /> : <Answer key={token} token={token} />
}

function Answer({ token }: { readonly token: string }) {
  const me = useMe()
  const preview = useQuery(["link", token], (api) => api.links.preview({ payload: { token } }))
  const use = useAction(() => inTime((api) => api.links.use({ payload: { token } })), { invalidates: ["incident"] })

  const atOnce = me.data !== undefined && preview.data !== undefined && !isAnswered(preview.data) && use.isIdle
  const { mutate } = use
  useEffect(() => {
    if (atOnce) mutate(undefined)
  }, [atOnce, mutate])

  const error = use.error ?? preview.error
  if (problemStatus(error) === 410) return <Refused />
  if (problemStatus(error) === 403) {
    return (
      <Frame title="This link cannot be used at present">
        <p role="alert" className="text-sm text-muted">{problemText(error)} Nothing was changed.</p>
      </Frame>
    )
  }
  if (use.data !== undefined) {
    // Somebody else may have been faster.
    const isTheirs = use.data.action === "acknowledge" && use.data.incident.holder?.isYou === false
    return <Answered preview={use.data} title={isTheirs ? already(use.data) : done[use.data.action]} />
  }
  if (preview.data !== undefined && error !== null) {
    return (
      <Frame title={`This was not ${done[preview.data.action].toLowerCase()}`}>
        <p role="alert" className="text-sm text-critical">{problemText(error)}</p>
        <About preview={preview.data} />
        {isPassing(error) && <Button size="large" tone="primary" onClick={() => mutate(undefined)}>Try again</Button>}
        <Open preview={preview.data} />
      </Frame>
    )
  }
  if (error !== null) {
    return (
      <Frame title="The link could not be read">
        <ErrorState message={problemText(error)} onRetry={() => void preview.refetch()} busy={preview.isFetching} />
      </Frame>
    )
  }
  if (preview.data === undefined || me.isPending) {
    return (
      <Frame title="One moment">
        <Skeleton rows={3} className="p-0" />
      </Frame>
    )
  }
  const { action } = preview.data
  if (use.isIdle && isAnswered(preview.data)) return <Answered preview={preview.data} title={already(preview.data)} />
  return (
    <Frame title={`${verbs[action]} this incident?`}>
      <About preview={preview.data} />
      <p className="text-sm text-muted">You answer as {preview.data.userName}.</p>
      <Button
        tone="primary"
        size="large"
        className="min-h-16 text-lg"
        busy={use.isPending}
        onClick={() => mutate(undefined)}
      >
        {verbs[action]}
      </Button>
    </Frame>
  )
}

const already = ({ incident: { status } }: Preview) => `It is ${status} already`

/** How the incident stands now, and who has it. */
function Answered({ preview, title }: { readonly preview: Preview; readonly title: string }) {
  const { holder } = preview.incident
  return (
    <Frame title={title}>
      <p role="status" className="flex gap-2 text-sm">
        <CircleCheck aria-hidden className="size-5 shrink-0 text-ok" />
        {holder === null
          ? "It is closed. Nobody is paged for it any more."
          : `${holder.isYou ? "You have" : `${holder.name} has`} it. Nobody else is paged for now.`}
      </p>
      <About preview={preview} />
      <Open preview={preview} />
    </Frame>
  )
}

function About({ preview: { incident } }: { readonly preview: Preview }) {
  return (
    <div className="grid grid-cols-1 justify-items-start gap-1.5 rounded-lg bg-canvas p-3">
      <p className="text-sm text-muted">#{incident.number} · {incident.serviceName}</p>
      <p dir="auto" className="line-clamp-6 font-medium break-words">{incident.title}</p>
      <StatusBadge status={incident.status} />
    </div>
  )
}

function Open({ preview }: { readonly preview: Preview }) {
  return (
    <Link
      to="/incidents/$incidentId"
      params={{ incidentId: preview.incident.id }}
      className={buttonClasses("plain", "large")}
    >
      Open the incident
    </Link>
  )
}

/** The page was loaded anew. */
function Forgotten() {
  return (
    <Frame title="Open the link in the mail again">
      <p className="text-sm text-muted">
        This page keeps no link, so that nobody finds one in a browser's history. What you answered before is kept.
      </p>
      <Link to="/incidents" className={buttonClasses("primary", "large")}>Go to the incidents</Link>
    </Frame>
  )
}

function Refused() {
  return (
    <Frame title="This link cannot be used any more">
      <p className="text-sm text-muted">
        It is too old or incomplete. Nothing was changed. Sign in to find the incident and to answer there.
      </p>
      <Link to="/incidents" className={buttonClasses("primary", "large")}>Go to the incidents</Link>
    </Frame>
  )
}
