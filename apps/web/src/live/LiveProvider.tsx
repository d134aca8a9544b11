import { useQueryClient } from "@tanstack/react-query"
import { Effect, Fiber, Queue } from "effect"
import { createContext, type ReactNode, use, useEffect, useState } from "react"
import { kindsOf } from "./kinds.ts"
import { readAnew } from "./readAnew.ts"
import { type Connection, stayConnected } from "./stayConnected.ts"
import { usePaged } from "./usePaged.ts"

/** All that the page has read is old. */
const everything = Symbol("everything")

/** Events after which an incident pages nobody for now. */
const answers: ReadonlySet<string> = new Set(["incident.acknowledged", "incident.resolved"])

/** The page is read over HTTP; what keeps it up to date is loaded behind it. */
const loadFollowing = Effect.tryPromise(() => import("./followChanges.ts"))

const ConnectionContext = createContext<Connection>("connecting")

/** How the page stands with the live feed. */
export const useConnection = () => use(ConnectionContext)

/** Keeps what the page shows up to date: reads anew what the live feed says has changed. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient()
  const { onPaged, onSeen } = usePaged()
  const [connection, setConnection] = useState<Connection>("connecting")
  useEffect(() => {
    const fiber = Effect.runFork(Effect.gen(function*() {
      const changes = yield* Queue.unbounded<string | typeof everything>()
      let after: string | undefined
      const follow = (onConnected: () => void) =>
        Effect.flatMap(loadFollowing, ({ followChanges }) =>
          followChanges({
            after,
            onConnected,
            onRefused: () => void queries.invalidateQueries({ queryKey: ["me"] }),
            onMessage: (message) => {
              after = message.cursor
              if (message._tag === "Notice" && message.type === "page.written") onPaged(message.subject)
              if (message._tag === "Change" && answers.has(message.type)) onSeen(message.subject)
              Queue.offerAllUnsafe(changes, message._tag === "Resync" ? [everything] : kindsOf(message.type))
            }
          }))
      const reading = readAnew(changes, (changed) =>
        Effect.promise(() =>
          queries.invalidateQueries({
            predicate: ({ queryKey: [kind] }) => changed.has(everything) || changed.has(String(kind))
          })
        ))
      return yield* Effect.all([stayConnected(follow, setConnection), reading], { concurrency: "unbounded" })
    }))
    return () => {
      Effect.runFork(Fiber.interrupt(fiber))
    }
  }, [queries, onPaged, onSeen])
  return <ConnectionContext value={connection}>{children}</ConnectionContext>
}
