import { useNavigate } from "@tanstack/react-router"
import { useCallback } from "react"
import { useToasts } from "../ui/Toast.tsx"

/** Tells the viewer that they are paged for an incident, and offers to open it. */
export const usePaged = () => {
  const { urgent } = useToasts()
  const navigate = useNavigate()
  return useCallback((incidentId: string) =>
    urgent("You are being paged for an incident.", {
      label: "Open",
      onAction: () => void navigate({ to: "/incidents/$incidentId", params: { incidentId } })
    }), [urgent, navigate])
}
