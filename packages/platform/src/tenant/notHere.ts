import { Conflict } from "../access/Problems.ts"
import type { TenantState } from "../lifecycle/TenantOperation.ts"
import type { TenantPlace } from "./TenantStore.ts"

const sentences: Record<Exclude<TenantState, "active" | "suspended">, string> = {
  provisioning: "is being built. Try again when it is active",
  moving: "is moving to another database. Try again in a few minutes",
  offboarding: "is being off-boarded. What it has is kept until the end of its retention: restore it first",
  offboarded: "is off-boarded, and its data is deleted. What is kept is its archive: restore it first",
  failed: "could not be built. Create it again first"
}

/** Why a tenant's data cannot be read and written here as a whole; undefined where it can. */
export const notHere = ({ isElsewhere, name, state, url }: TenantPlace): Conflict | undefined => {
  if (state !== "active" && state !== "suspended") return new Conflict({ detail: `${name} ${sentences[state]}.` })
  if (!isElsewhere) return undefined
  const where = state === "suspended"
    ? "which answers when the tenant is resumed"
    : url === null
    ? "whose address is not known here"
    : `which is at ${url}`
  return new Conflict({ detail: `${name} has a database of its own. Ask its own server, ${where}.` })
}
