import { type Cause, Effect } from "effect"
import { type ComponentType, useEffect, useEffectEvent, useState } from "react"
import { ErrorState } from "./ErrorState.tsx"
import { runWhileShown } from "./runWhileShown.ts"
import { useToasts } from "./Toast.tsx"

type Load<Props> = () => Promise<{ readonly default: ComponentType<Props> }>

const away = "the server cannot be reached. Check the connection and try again."

/** Shows a component whose script is fetched when it is first needed, and kept. */
const fetchedComponent = <Props extends object>(load: Load<Props>) => {
  let fetched: ComponentType<Props> | null = null
  const fetch = Effect.map(Effect.tryPromise(load), (script) => {
    fetched = script.default
    return script.default
  })

  function Fetched({ props, onFailed }: { readonly props: Props; readonly onFailed: () => void }) {
    const [Component, setComponent] = useState(() => fetched)
    const failed = useEffectEvent(onFailed)
    const isMissing = Component === null
    useEffect(() => {
      if (!isMissing) return
      return runWhileShown(
        Effect.match(fetch, { onFailure: () => failed(), onSuccess: (script) => setComponent(() => script) })
      )
    }, [isMissing])
    return Component === null ? null : <Component {...props} />
  }
  return { fetch, Fetched }
}

/**
 * A dialog whose script is fetched when it is first opened, or ahead of that by {@link useFetchedAhead}. Where it cannot be
 * fetched, that is said, the dialog closes and the page stays; opening it again tries again.
 */
export const fetchedDialog = <Props extends { readonly onClose: () => void }>(load: Load<Props>) => {
  const { fetch, Fetched } = fetchedComponent(load)
  function FetchedDialog(props: Props) {
    const { failed } = useToasts()
    const onFailed = () => {
      failed(`This could not be opened: ${away}`)
      props.onClose()
    }
    return <Fetched props={props} onFailed={onFailed} />
  }
  return Object.assign(FetchedDialog, { fetch })
}

/** A part of a page that is rarely seen, fetched in the same way. Where it cannot be fetched, that stands in its place. */
export const fetchedPart = <Props extends object>(load: Load<Props>) => {
  const { fetch, Fetched } = fetchedComponent(load)
  function FetchedPart(props: Props) {
    const [failed, setFailed] = useState(false)
    return failed
      ? <ErrorState message={`This could not be fetched: ${away}`} onRetry={() => setFailed(false)} />
      : <Fetched props={props} onFailed={() => setFailed(true)} />
  }
  return Object.assign(FetchedPart, { fetch })
}

/** Fetches scripts while nothing else happens: what they show opens at once, and where the connection was lost meanwhile. */
export const useFetchedAhead = (
  ...scripts: ReadonlyArray<{ readonly fetch: Effect.Effect<unknown, Cause.UnknownError> }>
) => {
  const fetchAll = useEffectEvent(() => Effect.forEach(scripts, ({ fetch }) => Effect.ignore(fetch), { discard: true }))
  useEffect(() => runWhileShown(Effect.delay(fetchAll(), "2 seconds")), [])
}
