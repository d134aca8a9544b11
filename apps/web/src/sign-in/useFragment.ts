import { useEffect, useState } from "react"

/**
 * What stands behind the `#` of the address, taken out of it at once: a token must not stay in the history, and never
 * reaches a server's log.
 */
export const useFragment = (): string => {
  const [fragment] = useState(() => decodeURIComponent(location.hash.slice(1)))
  useEffect(() => {
    if (location.hash !== "") history.replaceState(history.state, "", location.pathname + location.search)
  }, [])
  return fragment
}
