import { createContext, use } from "react"

/** The zone that the browser is set to, such as `Europe/Berlin`. */
export const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** The IANA zone in which the viewer reads times: their own setting, or else the browser's. */
export const ViewerZone = createContext(browserZone)

export const useViewerZone = () => use(ViewerZone)
