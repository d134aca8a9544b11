import { useEffect, useState } from "react"

/** What stands behind the `#`; as it is when it is not percent-encoded text. */
const read = () => {
  const fragment = location.hash.slice(1)
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}

/**
 * What stands behind the `#` of the address, taken out of it at once: a token must not stay in the history, and never
 * reaches a server's log. Another link that is opened in the same tab is another fragment.
 */
export const useFragment = (): string => {
  const [fragment, setFragment] = useState(read)
  useEffect(() => {
    const take = () => {
      if (location.hash === "") return
      setFragment(read())
      history.replaceState(history.state, "", location.pathname + location.search)
    }
    take()
    addEventListener("hashchange", take)
    return () => removeEventListener("hashchange", take)
  }, [])
  return fragment
}
