import {
  keepPreviousData,
  type QueryKey,
  useMutation,
  useQuery as useReactQuery,
  useQueryClient
} from "@tanstack/react-query"
import { type Call, read, run } from "./client.ts"
import { readAgain, type Reading } from "./queries.ts"

/**
 * Reads something of the API and keeps it.
 *
 * `key` names it: first the kind of thing as the live feed names it (`incident`, `schedule`, …), then what tells this
 * reading from others. A change of that kind, told by the live feed, reads it anew.
 */
export const useQuery = <A, E>(key: QueryKey, call: Call<A, E>, options?: {
  /** False: nothing is read for now. */
  readonly enabled?: boolean
  /** Shows the previous key's data until the new key's are there, for filters. */
  readonly keepPrevious?: boolean
  /** After how many milliseconds to read anew what no event tells of; false: not. */
  readonly again?: (data: A) => number | false
}) => {
  const again = options?.again
  return useReactQuery({
    queryKey: key,
    queryFn: ({ signal }) => read(call, signal),
    enabled: options?.enabled ?? true,
    ...(options?.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
    ...(again === undefined ? {} : {
      refetchInterval: ({ state }: { readonly state: Reading<A> }) => readAgain(state, again)
    })
  })
}

/**
 * Changes something by the API. After success everything under `invalidates` (first words of query keys) is read anew.
 *
 * `mutate(input)` starts it; `isPending`, `error` and `reset` tell of it.
 */
export const useAction = <Input, A, E>(
  call: (input: Input) => Call<A, E>,
  options?: {
    readonly invalidates?: ReadonlyArray<string>
    readonly onDone?: (result: A, input: Input) => void
    readonly onFailed?: (error: unknown, input: Input) => void
  }
) => {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: Input) => run(call(input)),
    onSuccess: (result, input) => {
      for (const kind of options?.invalidates ?? []) void queries.invalidateQueries({ queryKey: [kind] })
      options?.onDone?.(result, input)
    },
    onError: (error, input) => options?.onFailed?.(error, input)
  })
}
