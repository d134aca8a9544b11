import {
  keepPreviousData,
  type QueryKey,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient
} from "@tanstack/react-query"
import { problemText } from "../api/problem.ts"
import { useLastError } from "../api/useLastError.ts"
import { listBefore } from "../api/usePages.ts"
import { useToasts } from "../ui/Toast.tsx"
import { type AdminCall, runAdmin } from "./adminClient.ts"

/** How often what the console shows is read anew, in milliseconds; not while its tab is hidden. */
export const refresh = 4000

/**
 * Reads something of the console's API, again every few seconds, or `every` so many milliseconds, which may depend on what
 * was read. `key` names it; the words `admin` go before it.
 */
export const useAdminQuery = <A, E>(
  key: QueryKey,
  call: AdminCall<A, E>,
  { every = refresh }: { readonly every?: number | ((read: A | undefined) => number) } = {}
) =>
  useQuery<A>({
    queryKey: ["admin", ...key],
    queryFn: ({ signal }) => runAdmin(call, signal),
    refetchInterval: typeof every === "number" ? every : ({ state }) => every(state.data),
    placeholderData: keepPreviousData
  })

/** Reads a list page by page; the first page again every few seconds while it is the only one. */
export const useAdminPages = <A, E>(
  key: QueryKey,
  call: (cursor: string | null) => AdminCall<{
    readonly items: ReadonlyArray<A>
    readonly nextCursor: string | null
  }, E>
) => {
  const query = useInfiniteQuery({
    queryKey: ["admin", ...key],
    queryFn: ({ pageParam, signal }) => runAdmin(call(pageParam), signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) => state.data !== undefined && state.data.pages.length > 1 ? false : refresh,
    placeholderData: listBefore
  })
  return {
    /** All pages read so far; absent before the first. */
    items: query.data?.pages.flatMap(({ items }) => items),
    error: useLastError(query),
    isFetching: query.isFetching,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch()
  }
}

/** Does something by the console's API, says what came of it, and reads anew what the console shows. */
export const useAdminAction = <Input, A, E>(
  call: (input: Input) => AdminCall<A, E>,
  options: {
    /** What to say after success. */
    readonly done?: (result: A, input: Input) => string
    readonly onDone?: (result: A, input: Input) => void
    /** Whether the caller says itself why it failed. */
    readonly saysWhy?: boolean
  } = {}
) => {
  const queries = useQueryClient()
  const toasts = useToasts()
  return useMutation({
    mutationFn: (input: Input) => runAdmin(call(input)),
    onSuccess: (result, input) => {
      void queries.invalidateQueries({ queryKey: ["admin"] })
      if (options.done !== undefined) toasts.done(options.done(result, input))
      options.onDone?.(result, input)
    },
    onError: (error) => {
      if (options.saysWhy !== true) toasts.failed(problemText(error))
    }
  })
}
