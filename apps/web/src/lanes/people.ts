import type { UserId } from "@innkeeper/platform/api"

/** How the people of a picture are shown. */
export interface People {
  readonly nameOf: (id: UserId) => string
  /** From 0 to `personColours` - 1. */
  readonly colourOf: (id: UserId) => number
  /** Pages to somebody who is deactivated go to nobody. */
  readonly isDeactivated: (id: UserId) => boolean
}
