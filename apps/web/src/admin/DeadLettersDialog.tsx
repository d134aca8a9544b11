import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import { useAdminAction } from "./useAdmin.ts"

const eventsText = (count: number) => count === 1 ? "1 event" : `${count} events`

/** Decides about all dead letters of a kind, those on further pages, too. */
export function DeadLettersDialog({ action, consumer, text, onClose }: {
  readonly action: "replay" | "discard"
  readonly consumer: string | undefined
  readonly text: string | undefined
  readonly onClose: () => void
}) {
  const payload = {
    ...(consumer === undefined ? {} : { consumer }),
    ...(text === undefined ? {} : { text: text.slice(0, 200) })
  }
  const replay = useAdminAction(() => (api) => api.deadLetters.replayAll({ payload }), {
    done: ({ count }) => `${eventsText(count)} on their way to their consumer again`,
    onDone: onClose
  })
  const discard = useAdminAction(() => (api) => api.deadLetters.discardAll({ payload }), {
    done: ({ count }) => `${eventsText(count)} discarded`,
    onDone: onClose
  })
  const isReplay = action === "replay"
  const { isPending, mutate } = isReplay ? replay : discard
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={isReplay ? "Replay all of these?" : "Discard all of these?"}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone={isReplay ? "primary" : "danger"} busy={isPending} onClick={() => mutate(undefined)}>
            {isReplay ? "Replay all" : "Discard all"}
          </Button>
        </>
      }
    >
      <div className="grid gap-2 text-sm">
        <p>
          Every dead letter {consumer === undefined ? "of every consumer" : `of ${consumer}`}
          {text !== undefined && ` with the words “${text}”`}, also those that this page does not show yet.
        </p>
        <p className="text-muted">
          {isReplay
            ? "Each event goes to its consumer once more. What fails again is a dead letter again."
            : "Nobody handles these events any more. This cannot be taken back."}
        </p>
      </div>
    </Dialog>
  )
}
