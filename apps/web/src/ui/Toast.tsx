import { Effect } from "effect"
import { BellRing, CircleAlert, CircleCheck, X } from "lucide-react"
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from "react"
import { Button } from "./Button.tsx"
import { IconButton } from "./IconButton.tsx"
import { runWhileShown } from "./runWhileShown.ts"

interface Message {
  readonly id: number
  readonly kind: "done" | "failed" | "urgent"
  readonly text: string
  readonly action?: ToastAction
  readonly topic?: ToastTopic
}

/** What can be done about a message. */
export interface ToastAction {
  readonly label: string
  readonly onAction: () => void
}

/** What messages are about: a newer one takes the place of the older. */
export interface ToastTopic {
  readonly name: string
  /** The viewer has dismissed the message or acted on it. */
  readonly onGone?: () => void
}

/** Tells what came of an action, out of the way of the page. */
export interface Toasts {
  /** Goes away by itself. */
  readonly done: (text: string) => void
  /** Stays until it is dismissed, and is read out at once. */
  readonly failed: (text: string, topic?: ToastTopic) => void
  /** Somebody has to act: stays until it is dismissed or acted on, and is read out at once. */
  readonly urgent: (text: string, action: ToastAction, topic?: ToastTopic) => void
  /** Takes back the message about a topic, by its name. */
  readonly withdraw: (topic: string) => void
}

const ToastsContext = createContext<Toasts>({
  done: () => {},
  failed: () => {},
  urgent: () => {},
  withdraw: () => {}
})

export const useToasts = () => use(ToastsContext)

/** On a phone it shows messages under the header: what to do about an incident is at the bottom. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [messages, setMessages] = useState<ReadonlyArray<Message>>([])
  const add = useCallback(
    (kind: Message["kind"], text: string, more: Pick<Message, "action" | "topic"> = {}) =>
      setMessages((all) => [
        ...all.filter(({ topic }) => topic === undefined || topic.name !== more.topic?.name).slice(-3),
        { id: (all.at(-1)?.id ?? 0) + 1, kind, text, ...more }
      ]),
    []
  )
  const dismiss = useCallback((id: number) => setMessages((all) => all.filter((message) => message.id !== id)), [])
  const toasts = useMemo<Toasts>(() => ({
    done: (text) => add("done", text),
    failed: (text, topic) => add("failed", text, topic === undefined ? {} : { topic }),
    urgent: (text, action, topic) => add("urgent", text, { action, ...(topic === undefined ? {} : { topic }) }),
    withdraw: (name) => setMessages((all) => all.filter(({ topic }) => topic?.name !== name))
  }), [add])
  const of = (kind: Message["kind"]) =>
    messages.filter((message) => message.kind === kind).map((message) => (
      <Toast key={message.id} message={message} onDismiss={dismiss} />
    ))
  return (
    <ToastsContext value={toasts}>
      {children}
      <div className="pointer-events-none fixed right-3 z-60 grid w-[calc(100vw-1.5rem)] max-w-sm gap-2 *:grid *:gap-2 max-lg:top-[calc(3.75rem+env(safe-area-inset-top))] lg:bottom-4">
        <div role="alert">
          {of("urgent")}
          {of("failed")}
        </div>
        <div role="status">{of("done")}</div>
      </div>
    </ToastsContext>
  )
}

function Toast({ message, onDismiss }: { readonly message: Message; readonly onDismiss: (id: number) => void }) {
  const { action, id, kind, text, topic } = message
  const dismiss = () => {
    topic?.onGone?.()
    onDismiss(id)
  }
  useEffect(() => {
    if (kind !== "done") return
    return runWhileShown(Effect.delay(Effect.sync(() => onDismiss(id)), "5 seconds"))
  }, [id, kind, onDismiss])
  return (
    <div className="pointer-events-auto flex items-start gap-2 rounded-lg border border-line bg-raised py-1 pr-1 pl-3 text-sm shadow-lg">
      {kind === "urgent"
        ? <BellRing aria-hidden className="mt-2 size-4 shrink-0 text-critical" />
        : kind === "failed"
        ? <CircleAlert aria-hidden className="mt-2 size-4 shrink-0 text-critical" />
        : <CircleCheck aria-hidden className="mt-2 size-4 shrink-0 text-ok" />}
      <p className="line-clamp-4 min-w-0 flex-1 py-1.5 break-words">{text}</p>
      {action !== undefined && (
        <Button
          onClick={() => {
            action.onAction()
            dismiss()
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label="Dismiss" onClick={dismiss}>
        <X aria-hidden />
      </IconButton>
    </div>
  )
}
