import { useQueryClient } from "@tanstack/react-query"
import { Effect, Fiber } from "effect"
import { createContext, type ReactNode, use, useEffect, useState } from "react"
import type { Connection } from "./followChanges.ts"
import { kindsOf } from "./kinds.ts"
import { usePaged } from "./usePaged.ts"

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
    const fiber = Effect.runFork(Effect.flatMap(follow, ({ followChanges }) =>
      followChanges({
        onConnection: setConnection,
        onSignedOut: () => void queries.invalidateQueries({ queryKey: ["me"] }),
        onMessage: (message) => {
          if (message._tag === "Notice" && message.type === "page.written") onPaged(message.subject)
          if (message._tag === "Resync") void queries.invalidateQueries()
          else for (const kind of kindsOf(message.type)) void queries.invalidateQueries({ queryKey: [kind] })
        }
      })))
    return () => {
      Effect.runFork(Fiber.interrupt(fiber))
    }
  }, [queries, onPaged])
  return <ConnectionContext value={connection}>{children}</ConnectionContext>
}
