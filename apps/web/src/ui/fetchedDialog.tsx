import { type Cause, Effect, Fiber } from "effect"
import { type ComponentType, useEffect, useEffectEvent, useState } from "react"
import { useToasts } from "./Toast.tsx"

/**
 * A dialog whose script is fetched when it is first opened, or ahead of that by {@link useFetchedAhead}. Where it cannot be
 * fetched, that is said, the dialog closes and the page stays; opening it again tries again.
 */
export const fetchedDialog = <Props extends { readonly onClose: () => void }>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>
) => {
  let fetched: ComponentType<Props> | null = null
  const fetch = Effect.map(Effect.tryPromise(load), (script) => {
    fetched = script.default
    return script.default
  })

  function FetchedDialog(props: Props) {
    const [Dialog, setDialog] = useState(() => fetched)
    const { failed } = useToasts()
    const onFailed = useEffectEvent(() => {
      failed("This could not be opened: the server cannot be reached. Check the connection and try again.")
      props.onClose()
    })
    const isMissing = Dialog === null
    useEffect(() => {
      if (!isMissing) return
      const fiber = Effect.runFork(
        Effect.match(fetch, { onFailure: () => onFailed(), onSuccess: (script) => setDialog(() => script) })
      )
      return () => {
        Effect.runFork(Fiber.interrupt(fiber))
      }
    }, [isMissing])
    return Dialog === null ? null : <Dialog {...props} />
  }

  return Object.assign(FetchedDialog, { fetch })
}

/** Fetches dialogs while nothing else happens: they open at once, and where the connection was lost meanwhile. */
export const useFetchedAhead = (
  ...dialogs: ReadonlyArray<{ readonly fetch: Effect.Effect<unknown, Cause.UnknownError> }>
) => {
  const fetchAll = useEffectEvent(() => Effect.forEach(dialogs, ({ fetch }) => Effect.ignore(fetch), { discard: true }))
  useEffect(() => {
    const fiber = Effect.runFork(Effect.delay(fetchAll(), "2 seconds"))
    return () => {
      Effect.runFork(Fiber.interrupt(fiber))
    }
  }, [])
}
