import { DateTime } from "effect"
import { useViewerZone } from "../ui/zone.tsx"

/** The zone in which the viewer reads times. */
export const useZone = (): DateTime.TimeZone => {
  const name = useViewerZone()
  return DateTime.zoneMakeNamedUnsafe(name)
}
