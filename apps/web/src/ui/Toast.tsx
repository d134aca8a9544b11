import { CircleAlert, CircleCheck, X } from "lucide-react"
import { Toast as Radix } from "radix-ui"
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from "react"
import { classes } from "./classes.ts"
import { IconButton } from "./IconButton.tsx"

interface Message {
  readonly id: number
  readonly kind: "done" | "failed"
  readonly text: string
}

/** Tells what came of an action, out of the way of the page. */
export interface Toasts {
  readonly done: (text: string) => void
  /** Stays longer, and is read out at once. */
  readonly failed: (text: string) => void
}

const ToastsContext = createContext<Toasts>({ done: () => {}, failed: () => {} })

export const useToasts = () => use(ToastsContext)

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [messages, setMessages] = useState<ReadonlyArray<Message>>([])
  const add = useCallback(
    (kind: Message["kind"], text: string) =>
      setMessages((all) => [...all.slice(-3), { id: (all.at(-1)?.id ?? 0) + 1, kind, text }]),
    []
  )
  const toasts = useMemo<Toasts>(() => ({
    done: (text) => add("done", text),
    failed: (text) => add("failed", text)
  }), [add])
  return (
    <ToastsContext value={toasts}>
      <Radix.Provider swipeDirection="right">
        {children}
        {messages.map((message) => (
          <Radix.Root
            key={message.id}
            type={message.kind === "failed" ? "foreground" : "background"}
            duration={message.kind === "failed" ? 12_000 : 4000}
            onOpenChange={(open) => {
              if (!open) setMessages((all) => all.filter(({ id }) => id !== message.id))
            }}
            className="flex items-start gap-2 rounded-lg border border-line bg-raised py-1 pr-1 pl-3 text-sm shadow-lg"
          >
            {message.kind === "failed"
              ? <CircleAlert aria-hidden className="mt-2 size-4 shrink-0 text-critical" />
              : <CircleCheck aria-hidden className="mt-2 size-4 shrink-0 text-ok" />}
            <Radix.Description className="min-w-0 flex-1 py-1.5 break-words">{message.text}</Radix.Description>
            <Radix.Close asChild>
              <IconButton label="Dismiss">
                <X aria-hidden />
              </IconButton>
            </Radix.Close>
          </Radix.Root>
        ))}
        <Radix.Viewport
          className={classes(
            "fixed z-60 grid w-[calc(100vw-1.5rem)] max-w-sm gap-2 focus-visible:outline-none",
            "right-3 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] lg:bottom-4"
          )}
        />
      </Radix.Provider>
    </ToastsContext>
  )
}
