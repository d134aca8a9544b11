import { useQueryClient } from "@tanstack/react-query"
import { Effect, Fiber, Queue } from "effect"
import { createContext, type ReactNode, use, useEffect, useState } from "react"
import type { Connection } from "./followChanges.ts"
import { kindsOf } from "./kinds.ts"
import { readAnew } from "./readAnew.ts"
import { usePaged } from "./usePaged.ts"

/** All that the page has read is old. */
const everything = Symbol("everything")

const ConnectionContext = createContext<Connection>("connecting")

/** How the page stands with the live feed. */
export const useConnection = () => use(ConnectionContext)

/** Keeps what the page shows up to date: reads anew what the live feed says has changed. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient()
  const onPaged = usePaged()
  const [connection, setConnection] = useState<Connection>("connecting")
  useEffect(() => {
    // The page is read over HTTP; what keeps it up to date is loaded behind it.
    const follow = Effect.promise(() => import("./followChanges.ts"))
    const fiber = Effect.runFork(Effect.gen(function*() {
      const { followChanges } = yield* follow
      const changes = yield* Queue.unbounded<string | typeof everything>()
      const following = followChanges({
        onConnection: setConnection,
        onSignedOut: () => void queries.invalidateQueries({ queryKey: ["me"] }),
        onMessage: (message) => {
          if (message._tag === "Notice" && message.type === "page.written") onPaged(message.subject)
          Queue.offerAllUnsafe(changes, message._tag === "Resync" ? [everything] : kindsOf(message.type))
        }
      })
      const reading = readAnew(changes, (changed) =>
        Effect.promise(() =>
          queries.invalidateQueries({
            predicate: ({ queryKey: [kind] }) => changed.has(everything) || changed.has(String(kind))
          })
        ))
      return yield* Effect.all([following, reading], { concurrency: "unbounded" })
    }))
    return () => {
      Effect.runFork(Fiber.interrupt(fiber))
    }
  }, [queries, onPaged])
  return <ConnectionContext value={connection}>{children}</ConnectionContext>
}
