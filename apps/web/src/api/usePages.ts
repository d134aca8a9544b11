import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query"
import { type Call, read } from "./client.ts"
import { readAgain, type Reading } from "./queries.ts"
import { useLastError } from "./useLastError.ts"

/** What was read so far. */
interface Read<A> {
  readonly pages: ReadonlyArray<{ readonly items: ReadonlyArray<A> }>
}

/**
 * What stands in for a list until it is read: the one before it, unless that is empty. "Nothing" is not to be told of what
 * nobody has read.
 */
export const listBefore = <Before extends Read<unknown>>(before: Before | undefined) =>
  before?.pages[0]?.items[0] === undefined ? undefined : before

/** Reads a list page by page. `key` as in `useQuery`; `call` gets the cursor of the page to read, if not the first. */
export const usePages = <A, E>(
  key: QueryKey,
  call: (cursor: { readonly cursor?: string }) => Call<{
    readonly items: ReadonlyArray<A>
    readonly nextCursor: string | null
  }, E>,
  options?: {
    /** After how many milliseconds to read anew what no event tells of; false: not. */
    readonly again?: (items: ReadonlyArray<A>) => number | false
  }
) => {
  const again = options?.again
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read(call(pageParam === null ? {} : { cursor: pageParam }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: listBefore,
    ...(again === undefined ? {} : {
      refetchInterval: ({ state }: { readonly state: Reading<Read<A>> }) =>
        readAgain(state, ({ pages }) => again(pages.flatMap(({ items }) => items)))
    })
  })
  return {
    /** All pages read so far; absent before the first. */
    items: query.data?.pages.flatMap(({ items }) => items),
    error: useLastError(query),
    isFetching: query.isFetching,
    /** True while rows of another key stand in for those asked for. */
    isPlaceholderData: query.isPlaceholderData,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch()
  }
}
