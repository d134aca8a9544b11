import { useEffect } from "react"

/** Names the browser's tab and its history entry. Null leaves the naming to somebody else. */
export const useTitle = (title: string | null) => {
  useEffect(() => {
    if (title !== null) document.title = `${title} · Innkeeper`
  }, [title])
}
