import { Console, Effect } from "effect"

interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly nextCursor: string | null
}

/** The most things that one page has. */
const most = 200

/** The first `limit` things of a list, page by page; says on stderr when there are more. */
export const firstOf = Effect.fnUntraced(function*<A, E, R>(
  limit: number,
  page: (limit: number, cursor: string | null) => Effect.Effect<Page<A>, E, R>
) {
  const found: Array<A> = []
  let cursor: string | null = null
  do {
    const { items, nextCursor }: Page<A> = yield* page(Math.min(limit - found.length, most), cursor)
    found.push(...items)
    cursor = nextCursor
  } while (cursor !== null && found.length < limit)
  if (cursor !== null) yield* Console.error("… and more; --limit says how many are shown.")
  return found
})
