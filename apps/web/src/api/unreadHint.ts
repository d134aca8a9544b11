import { problemText } from "./problem.ts"
import type { Reading } from "./queries.ts"

/** What a field says while a list that it chooses from was not read: that it is on its way, or why not. Nothing once all were. */
export const unreadHint = (...lists: ReadonlyArray<Reading<unknown>>): string | undefined => {
  const unread = lists.find(({ data }) => data === undefined)
  if (unread === undefined) return undefined
  return unread.error === null ? "Loading…" : `What to choose from could not be read. ${problemText(unread.error)}`
}
