import { Instant, type WebhookEndpointId } from "@innkeeper/platform/api"
import { DateTime, Schema } from "effect"
import { FormDialog } from "../forms/FormDialog.tsx"
import { fromLocalMoment, toLocalMoment } from "../forms/localMoment.ts"
import { useForm } from "../forms/useForm.ts"
import { useZone } from "../forms/useZone.ts"
import { Field, TextInput } from "../ui/Field.tsx"
import { useToasts } from "../ui/Toast.tsx"
import { useNow } from "../ui/useNow.ts"

const Payload = Schema.Struct({ since: Instant })

/** Sends again what was given up since a moment. */
export function ReplayForm({ id, onClose }: { readonly id: WebhookEndpointId; readonly onClose: () => void }) {
  const zone = useZone()
  const now = useNow()
  const toasts = useToasts()
  const form = useForm({
    initial: { since: toLocalMoment(DateTime.subtract(now, { days: 1 }), zone) },
    schema: Payload,
    toPayload: ({ since }) => ({ since: fromLocalMoment(since, zone) }),
    save: (payload) => (api) => api.webhookDeliveries.replayDead({ params: { id }, payload }),
    invalidates: ["webhook", "audit"],
    onSaved: ({ left, replayed }) => {
      toasts.done(
        replayed === 0
          ? "Nothing was given up since then."
          : `${replayed} sent again.${left > 0 ? ` ${left} more are left: replay once more.` : ""}`
      )
      onClose()
    }
  })
  return (
    <FormDialog
      form={form}
      title="Replay what was given up"
      description="Each keeps its webhook-id, so a receiver that took one before can tell."
      action="Replay"
      onClose={onClose}
    >
      <Field label="Since" error={form.error("since")}>
        <TextInput
          type="datetime-local"
          value={form.draft.since}
          onChange={({ target }) => form.set({ since: target.value })}
        />
      </Field>
    </FormDialog>
  )
}
