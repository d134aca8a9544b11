import { IncidentId } from "@innkeeper/oncall/api"
import { useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useCallback, useRef } from "react"
import { run } from "../api/client.ts"
import { useToasts } from "../ui/Toast.tsx"

/** Tells the viewer what they are paged for, in one message however many incidents it is, and offers to open it. */
export const usePaged = () => {
  const { urgent } = useToasts()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const unseen = useRef(new Set<string>())
  return useCallback((incidentId: string) => {
    const ids = unseen.current.add(incidentId)
    const topic = { name: "paged", onGone: () => ids.clear() }
    if (ids.size > 1) {
      urgent(`You are being paged for ${ids.size} incidents.`, {
        label: "Show",
        onAction: () => void navigate({ to: "/incidents" })
      }, topic)
      return
    }
    const open = {
      label: "Open",
      onAction: () => void navigate({ to: "/incidents/$incidentId", params: { incidentId } })
    }
    urgent("You are being paged for an incident.", open, topic)
    const id = IncidentId.make(incidentId)
    void queries.fetchQuery({
      queryKey: ["incident", "one", id],
      queryFn: ({ signal }) => run((api) => api.incidents.get({ params: { id } }), signal)
    }).then(({ number, title }) => {
      if (ids.size === 1 && ids.has(incidentId)) urgent(`You are being paged: #${number} ${title}`, open, topic)
    }, () => {})
  }, [urgent, navigate, queries])
}
