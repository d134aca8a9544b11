import type { DeadLetter, DeadLetterId } from "@innkeeper/runtime/api"
import { RotateCcw, Trash2 } from "lucide-react"
import { Loaded } from "../api/Loaded.tsx"
import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import { Time } from "../ui/Time.tsx"
import { DeadLetterBadge } from "./DeadLetterBadge.tsx"
import { Facts } from "./Facts.tsx"
import { JsonBlock } from "./JsonBlock.tsx"
import { useAdminAction, useAdminQuery } from "./useAdmin.ts"

/** One dead letter: what happened, why nobody could handle it, and what to do with it. */
export function DeadLetterDialog({ id, tenantName, onClose }: {
  readonly id: DeadLetterId
  readonly tenantName: (id: string) => string
  readonly onClose: () => void
}) {
  const letter = useAdminQuery(["dead-letter", id], (api) => api.deadLetters.get({ params: { id } }))
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={letter.data?.type ?? "Dead letter"}
      footer={letter.data?.state === "dead" && <Actions letter={letter.data} onClose={onClose} />}
    >
      <Loaded query={letter}>{(letter) => <Detail letter={letter} tenant={tenantName(letter.tenantId)} />}</Loaded>
    </Dialog>
  )
}

function Actions({ letter, onClose }: { readonly letter: DeadLetter; readonly onClose: () => void }) {
  const replay = useAdminAction((id: DeadLetterId) => (api) => api.deadLetters.replay({ params: { id } }), {
    done: () => `${letter.consumer} gets this event again`
  })
  const discard = useAdminAction((id: DeadLetterId) => (api) => api.deadLetters.discard({ params: { id } }), {
    done: () => "Discarded",
    onDone: onClose
  })
  const busy = replay.isPending || discard.isPending
  return (
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
  )
}

function Detail({ letter, tenant }: { readonly letter: DeadLetter; readonly tenant: string }) {
  return (
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
  )
}
