import { Effect } from "effect"

const defaultPage = 50

/**
 * One page of a list whose cursor is the id of its last row, or what `cursorOf` tells of it. `find` gets one row more than the
 * page, to see whether there are more.
 */
export const pageOf: {
  <A extends { readonly id: string }, E, R>(
    limit: number | undefined,
    find: (limit: number) => Effect.Effect<ReadonlyArray<A>, E, R>
  ): Effect.Effect<{ readonly items: ReadonlyArray<A>; readonly nextCursor: string | null }, E, R>
  <A, E, R>(
    limit: number | undefined,
    find: (limit: number) => Effect.Effect<ReadonlyArray<A>, E, R>,
    cursorOf: (last: A) => string
  ): Effect.Effect<{ readonly items: ReadonlyArray<A>; readonly nextCursor: string | null }, E, R>
} = <A extends { readonly id: string }, E, R>(
  limit: number | undefined,
  find: (limit: number) => Effect.Effect<ReadonlyArray<A>, E, R>,
  cursorOf = ({ id }: A) => id
) => {
  const size = limit ?? defaultPage
  return Effect.map(find(size + 1), (found) => {
    const items = found.slice(0, size)
    const last = items.at(-1)
    return { items, nextCursor: found.length > size && last !== undefined ? cursorOf(last) : null }
  })
}
