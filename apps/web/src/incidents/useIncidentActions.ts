import { type Assignment, Incident, type IncidentId, type Priority } from "@innkeeper/oncall/api"
import { type InfiniteData, useMutation, useQueryClient } from "@tanstack/react-query"
import { type Call, inTime, run } from "../api/client.ts"
import { problemText } from "../api/problem.ts"
import { useToasts } from "../ui/Toast.tsx"
import { forgetDraft, resolution } from "./useDraft.ts"

/** What is done to one incident. */
export interface Act {
  readonly id: IncidentId
  readonly kind: "acknowledge" | "resolve" | "reassign" | "priority"
  readonly call: Call<Incident, unknown>
  /** Says what did not happen, such as "It was not acknowledged". */
  readonly failure: string
  readonly success?: string
  readonly onDone?: () => void
}

type Pages = InfiniteData<{ readonly items: ReadonlyArray<unknown>; readonly nextCursor: string | null }>

const replaceIn = (incident: Incident) => (data: unknown) => {
  if (data instanceof Incident) return data.id === incident.id ? incident : data
  if (typeof data !== "object" || data === null || !("pages" in data)) return data
  const pages = data as Pages
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => item instanceof Incident && item.id === incident.id ? incident : item)
    }))
  }
}

/** The actions of an incident. The page shows what the server has taken, and nothing before: somebody's sleep rests on it. */
export const useIncidentActions = () => {
  const queries = useQueryClient()
  const toasts = useToasts()

  const { isPending, mutate, variables } = useMutation({
    mutationFn: ({ call }: Act) => run(inTime(call)),
    onSuccess: (incident, { onDone, success }) => {
      toasts.withdraw(incident.id)
      queries.setQueriesData({ queryKey: ["incident"] }, replaceIn(incident))
      if (success !== undefined) toasts.done(success)
      onDone?.()
    },
    onError: (error, { failure, id }) => toasts.failed(`${failure}. ${problemText(error)}`, { name: id }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["incident"] })
    }
  })

  const pending = isPending ? variables : undefined
  const start = (act: Act) => {
    // The keys reach an incident whose button is busy, too.
    if (pending?.id !== act.id || pending.kind !== act.kind) mutate(act)
  }

  return {
    /** What the server has not answered yet. */
    pending,
    acknowledge: ({ id, number }: Incident) =>
      start({
        id,
        kind: "acknowledge",
        call: (api) => api.incidents.acknowledge({ params: { id } }),
        failure: `#${number} was not acknowledged`,
        success: `#${number} is acknowledged`
      }),
    resolve: ({ id, number }: Incident, note: string) =>
      start({
        id,
        kind: "resolve",
        call: (api) => api.incidents.resolve({ params: { id }, payload: note === "" ? {} : { note } }),
        failure: `#${number} was not resolved`,
        success: `#${number} is resolved`,
        onDone: () => forgetDraft(resolution(id), note)
      }),
    setPriority: ({ id, number }: Incident, priority: Priority) =>
      start({
        id,
        kind: "priority",
        call: (api) => api.incidents.setPriority({ params: { id }, payload: { priority } }),
        failure: `The priority of #${number} was not changed`
      }),
    reassign: ({ id, number }: Incident, to: Assignment, name: string) =>
      start({
        id,
        kind: "reassign",
        call: (api) => api.incidents.reassign({ params: { id }, payload: { to } }),
        failure: `#${number} was not reassigned`,
        success: `#${number} goes to ${name}`
      })
  }
}
