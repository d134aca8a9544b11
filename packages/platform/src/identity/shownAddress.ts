import { shownUrl } from "./shownUrl.ts"
import type { ContactMethod } from "./User.ts"

/** The address of a contact method as those see it who do not manage it; of a webhook its origin alone. */
export const shownAddress = ({ address, kind }: Pick<ContactMethod, "kind" | "address">): string =>
  kind === "webhook" ? shownUrl(address) : address
