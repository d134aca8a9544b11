import { type Assignment, Incident, type IncidentId, type Priority } from "@innkeeper/oncall/api"
import { Actor } from "@innkeeper/platform/api"
import { type InfiniteData, useMutation, useQueryClient } from "@tanstack/react-query"
import { DateTime } from "effect"
import { type Call, run } from "../api/client.ts"
import { problemText } from "../api/problem.ts"
import { useMe } from "../api/useMe.ts"
import { useToasts } from "../ui/Toast.tsx"
import { acknowledged, resolved, withPriority } from "./foresee.ts"
import { forgetDraft, resolution } from "./useDraft.ts"

/** Something done to one incident: the call, and what the page shows until the server has answered. */
interface Act {
  readonly id: IncidentId
  readonly call: Call<unknown, unknown>
  readonly foresee: (incident: Incident) => Incident
  /** Says what did not happen, such as "It was not acknowledged". */
  readonly failure: string
  readonly success?: string
  readonly onDone?: () => void
}

type Pages = InfiniteData<{ readonly items: ReadonlyArray<unknown>; readonly nextCursor: string | null }>

const replaceIn = (id: IncidentId, foresee: Act["foresee"]) => (data: unknown) => {
  if (data instanceof Incident) return data.id === id ? foresee(data) : data
  if (typeof data !== "object" || data === null || !("pages" in data)) return data
  const pages = data as Pages
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => item instanceof Incident && item.id === id ? foresee(item) : item)
    }))
  }
}

/** The actions of an incident. The page answers at once, and takes it back with the reason if the server refuses. */
export const useIncidentActions = () => {
  const queries = useQueryClient()
  const toasts = useToasts()
  const me = useMe().data

  const { isPending, mutate } = useMutation({
    mutationFn: ({ call }: Act) => run(call),
    onMutate: ({ foresee, id }: Act) => {
      // A reading under way would put back the old state.
      void queries.cancelQueries({ queryKey: ["incident"] })
      const before = queries.getQueriesData({ queryKey: ["incident"] })
      queries.setQueriesData({ queryKey: ["incident"] }, replaceIn(id, foresee))
      return before
    },
    onSuccess: (_, { onDone, success }) => {
      if (success !== undefined) toasts.done(success)
      onDone?.()
    },
    onError: (error, { failure }, before) => {
      for (const [key, data] of before ?? []) queries.setQueryData(key, data)
      toasts.failed(`${failure}. ${problemText(error)}`)
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["incident"] })
  })

  const by = new Actor({ kind: "user", id: me?.principal.id ?? null, name: me?.principal.name ?? "You" })
  const unchanged = (incident: Incident) => incident

  return {
    isPending,
    acknowledge: ({ id, number }: Incident) =>
      mutate({
        id,
        call: (api) => api.incidents.acknowledge({ params: { id } }),
        foresee: (incident) => acknowledged(incident, by, DateTime.nowUnsafe()),
        failure: `#${number} was not acknowledged`
      }),
    resolve: ({ id, number }: Incident, note: string) =>
      mutate({
        id,
        call: (api) => api.incidents.resolve({ params: { id }, payload: note === "" ? {} : { note } }),
        foresee: (incident) => resolved(incident, by, DateTime.nowUnsafe()),
        failure: `#${number} was not resolved`,
        onDone: () => forgetDraft(resolution(id), note)
      }),
    setPriority: ({ id, number }: Incident, priority: Priority) =>
      mutate({
        id,
        call: (api) => api.incidents.setPriority({ params: { id }, payload: { priority } }),
        foresee: (incident) => withPriority(incident, priority),
        failure: `The priority of #${number} was not changed`
      }),
    reassign: ({ id, number }: Incident, to: Assignment, name: string) =>
      mutate({
        id,
        call: (api) => api.incidents.reassign({ params: { id }, payload: { to } }),
        foresee: unchanged,
        failure: `#${number} was not reassigned`,
        success: `#${number} goes to ${name}`
      })
  }
}
