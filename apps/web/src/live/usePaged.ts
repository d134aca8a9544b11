import { IncidentId } from "@innkeeper/oncall/api"
import { useQueryClient } from "@tanstack/react-query"
import { useNavigate, useParams } from "@tanstack/react-router"
import { useEffect, useMemo, useRef } from "react"
import { run } from "../api/client.ts"
import { useToasts } from "../ui/Toast.tsx"

/** What the message is about. */
const name = "paged"

/**
 * Tells the viewer what they are paged for, in one message however many incidents it is, and offers to open it. An incident
 * that is open or that somebody has answered is left out.
 */
export const usePaged = () => {
  const { urgent, withdraw } = useToasts()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const openId = useParams({ strict: false }).incidentId
  const open = useRef(openId)
  const unseen = useRef(new Set<string>())

  const told = useMemo(() => {
    const ids = unseen.current
    const topic = { name, onGone: () => ids.clear() }
    const leaveOut = (incidentId: string) => {
      if (ids.delete(incidentId)) tell()
    }
    const tellOne = (incidentId: string) => {
      const action = {
        label: "Open",
        onAction: () => void navigate({ to: "/incidents/$incidentId", params: { incidentId } })
      }
      urgent("You are being paged for an incident.", action, topic)
      const id = IncidentId.make(incidentId)
      void queries.fetchQuery({
        queryKey: ["incident", "one", id],
        queryFn: ({ signal }) => run((api) => api.incidents.get({ params: { id } }), signal)
      }).then(({ number, status, title }) => {
        if (status !== "triggered") leaveOut(incidentId)
        else if (ids.size === 1 && ids.has(incidentId)) {
          urgent(`You are being paged: #${number} ${title}`, action, topic)
        }
      }, () => {})
    }
    const tell = () => {
      const [only, ...more] = ids
      if (only === undefined) withdraw(name)
      else if (more.length === 0) tellOne(only)
      else {
        urgent(`You are being paged for ${ids.size} incidents.`, {
          label: "Show",
          onAction: () => void navigate({ to: "/incidents" })
        }, topic)
      }
    }
    return {
      onPaged: (incidentId: string) => {
        if (incidentId === open.current) return
        ids.add(incidentId)
        tell()
      },
      /** The incident is open in this page, acknowledged or resolved. */
      onSeen: leaveOut
    }
  }, [urgent, withdraw, navigate, queries])

  useEffect(() => {
    open.current = openId
    if (openId !== undefined) told.onSeen(openId)
  }, [openId, told])
  return told
}
