import { Effect } from "effect"

const defaultPage = 50

/** One page of a list whose cursor is the id of its last row. `find` gets one row more than the page, to see whether there are more. */
export const pageOf = <A extends { readonly id: string }, E, R>(
  limit: number | undefined,
  find: (limit: number) => Effect.Effect<ReadonlyArray<A>, E, R>
) => {
  const size = limit ?? defaultPage
  return Effect.map(find(size + 1), (found) => ({
    items: found.slice(0, size),
    nextCursor: found.length > size ? found[size - 1]?.id ?? null : null
  }))
}
