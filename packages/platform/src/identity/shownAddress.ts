import type { ContactMethod } from "./User.ts"

/**
 * The address of a contact method as those see it who do not manage it. Whoever knows the whole address of a webhook can post
 * there, so they are told its origin alone, such as `https://hooks.example.com/…`.
 */
export const shownAddress = ({ address, kind }: Pick<ContactMethod, "kind" | "address">): string =>
  kind !== "webhook" ? address : URL.canParse(address) ? `${new URL(address).origin}/…` : "…"
