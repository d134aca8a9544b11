import { DateTime, Option } from "effect"
import { useState } from "react"
import { fromLocalMoment, toLocalMoment } from "../forms/localMoment.ts"
import { useZone } from "../forms/useZone.ts"
import { zoneText } from "../lanes/momentText.ts"
import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import { Field, TextInput } from "../ui/Field.tsx"
import { useNow } from "../ui/useNow.ts"
import { countText } from "./amounts.ts"
import { useAdminAction } from "./useAdmin.ts"

/** Asks from when on a consumer gets its events again. */
export function ReplayDialog({ consumer, onClose }: { readonly consumer: string; readonly onClose: () => void }) {
  const zone = useZone()
  const now = useNow()
  const [from, setFrom] = useState(() => DateTime.subtract(now, { hours: 1 }))
  const replay = useAdminAction(
    (from: DateTime.Utc) => (api) => api.consumers.replay({ params: { name: consumer }, payload: { from } }),
    {
      done: ({ events }) => events === 0 ? "There are no events since then" : `${countText(events)} events come again`,
      onDone: onClose
    }
  )
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Replay ${consumer}`}
      description="It gets every event since then again, in order. What it did once it does not do twice."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" busy={replay.isPending} onClick={() => replay.mutate(from)}>Replay</Button>
        </>
      }
    >
      <Field label="From" hint={`In ${zoneText(now, zone)}. Events are kept for 7 days.`}>
        <TextInput
          type="datetime-local"
          value={toLocalMoment(from, zone)}
          onChange={({ target }) =>
            setFrom((before) =>
              Option.getOrElse(
                Option.map(DateTime.make(fromLocalMoment(target.value, zone)), DateTime.toUtc),
                () => before
              )
            )}
        />
      </Field>
    </Dialog>
  )
}
