import type { Attempt, IncidentId, Notification } from "@innkeeper/oncall/api"
import { Ban, CircleCheck, CircleX, Clock, Mail, MailX, RotateCw, Webhook } from "lucide-react"
import { Loaded } from "../api/Loaded.tsx"
import { Badge, type Tone } from "../ui/Badge.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Time } from "../ui/Time.tsx"
import { useNotifications } from "./queries.ts"

const statuses: Record<
  Notification["status"],
  { readonly label: string; readonly tone: Tone; readonly Icon: typeof Clock }
> = {
  pending: { label: "On its way", tone: "accent", Icon: Clock },
  sent: { label: "Sent", tone: "ok", Icon: CircleCheck },
  failed: { label: "Failed", tone: "critical", Icon: CircleX },
  cancelled: { label: "Not sent", tone: "neutral", Icon: Ban }
}

const outcomes: Record<Attempt["outcome"], { readonly words: string; readonly Icon: typeof Clock }> = {
  "sent": { words: "taken by the provider", Icon: CircleCheck },
  "temporary-failure": { words: "failed, to be tried again", Icon: RotateCw },
  "permanent-failure": { words: "refused for good", Icon: MailX }
}

/** Who was paged by which way, and what the providers answered. */
export function Notifications({ id }: { readonly id: IncidentId }) {
  return (
    <Loaded query={useNotifications(id)} rows={3}>
      {(notifications) =>
        notifications.length === 0
          ? (
            <EmptyState icon={<Mail />} title="Nobody has been paged yet">
              The escalation policy of the service decides who is paged, and when.
            </EmptyState>
          )
          : (
            <ul className="divide-y divide-line" aria-label="Pages">
              {notifications.map((notification) => <Page key={notification.id} notification={notification} />)}
            </ul>
          )}
    </Loaded>
  )
}

function Page({ notification }: { readonly notification: Notification }) {
  const { Icon, label, tone } = statuses[notification.status]
  const Way = notification.kind === "email" ? Mail : Webhook
  return (
    <li className="grid grid-cols-1 gap-2 py-3 first:pt-0">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
        <span className="min-w-0 font-medium">{notification.userName}</span>
        <Badge tone={tone} icon={<Icon aria-hidden />}>{label}</Badge>
        <span className="ml-auto text-xs text-muted">
          <Time at={notification.createdAt} />
        </span>
      </div>
      <p className="flex items-start gap-1.5 text-xs break-all text-muted">
        <Way aria-hidden className="mt-0.5 size-3.5 shrink-0" />
        {notification.address}
      </p>
      {notification.status === "cancelled" && (
        <p className="text-xs text-muted">
          Nobody needed it any more, or its person or contact method was gone. Of the latter the timeline tells.
        </p>
      )}
      {notification.attempts.length > 0 && (
        <ol className="grid grid-cols-1 gap-2 border-l-2 border-line pl-3" aria-label="Attempts">
          {notification.attempts.map((attempt) => <AttemptLine key={attempt.number} attempt={attempt} />)}
        </ol>
      )}
    </li>
  )
}

function AttemptLine({ attempt }: { readonly attempt: Attempt }) {
  const { Icon, words } = outcomes[attempt.outcome]
  return (
    <li className="grid grid-cols-1 gap-0.5 text-xs">
      <span className="flex flex-wrap items-center gap-x-1.5">
        <Icon aria-hidden className="size-3.5 shrink-0" />
        <span>Attempt {attempt.number} {words}</span>
        <span className="text-muted tabular-nums">
          <Time at={attempt.at} absolute withSeconds /> · {attempt.milliseconds} ms
        </span>
      </span>
      {attempt.answer !== "" && <code className="font-mono break-words text-muted">{attempt.answer}</code>}
    </li>
  )
}
