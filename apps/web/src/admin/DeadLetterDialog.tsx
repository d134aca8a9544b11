import type { DeadLetter, DeadLetterId } from "@innkeeper/runtime/api"
import { RotateCcw, Trash2 } from "lucide-react"
import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import { Time } from "../ui/Time.tsx"
import { DeadLetterBadge } from "./DeadLetterBadge.tsx"
import { Facts } from "./Facts.tsx"
import { JsonBlock } from "./JsonBlock.tsx"
import { useAdminAction } from "./useAdmin.ts"

/** One dead letter: what happened, why nobody could handle it, and what to do with it. */
export function DeadLetterDialog({ letter, tenant, onClose }: {
  readonly letter: DeadLetter
  readonly tenant: string
  readonly onClose: () => void
}) {
  const replay = useAdminAction((id: DeadLetterId) => (api) => api.deadLetters.replay({ params: { id } }), {
    done: () => `${letter.consumer} gets this event again`
  })
  const discard = useAdminAction((id: DeadLetterId) => (api) => api.deadLetters.discard({ params: { id } }), {
    done: () => "Discarded",
    onDone: onClose
  })
  const busy = replay.isPending || discard.isPending
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={letter.type}
      footer={letter.state === "dead" && (
        <>
          <Button
            busy={discard.isPending}
            disabled={busy}
            icon={<Trash2 aria-hidden className="size-4" />}
            onClick={() => discard.mutate(letter.id)}
          >
            Discard
          </Button>
          <Button
            tone="primary"
            busy={replay.isPending}
            disabled={busy}
            icon={<RotateCcw aria-hidden className="size-4" />}
            onClick={() => replay.mutate(letter.id)}
          >
            Replay
          </Button>
        </>
      )}
    >
      <div className="grid grid-cols-1 gap-4">
        <Facts
          facts={[
            ["State", <DeadLetterBadge key="state" state={letter.state} />],
            ["Consumer", letter.consumer],
            ["Tenant", tenant],
            ["Subject", letter.subject],
            ["Happened", <Time key="happened" at={letter.happenedAt} absolute withSeconds />],
            ["Put aside", <Time key="at" at={letter.at} absolute withSeconds />],
            ["Failures", letter.failures],
            ...letter.settledAt === null
              ? []
              : [["Settled", <Time key="settled" at={letter.settledAt} absolute withSeconds />] as const]
          ]}
        />
        <JsonBlock label="Error" value={letter.error} />
        <JsonBlock label="Event" value={letter.payload} />
      </div>
    </Dialog>
  )
}
