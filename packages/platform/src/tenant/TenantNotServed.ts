import { HttpApiError } from "effect/http-api"
import { problemType } from "../access/Problems.ts"
import { TenantState } from "../lifecycle/TenantOperation.ts"

/** The tenant is not served at present: nobody acts in it, and nothing is accepted for it. */
export class TenantNotServed extends HttpApiError.Problem<TenantNotServed>()("TenantNotServed", {
  type: problemType("tenant-not-served"),
  status: 403,
  title: "This organisation is not served at present"
}, {
  state: TenantState
}) {}

const sentences: Record<Exclude<TenantState, "active">, string> = {
  provisioning: "is being set up. Try again in a few minutes",
  suspended: "is suspended. Its data is kept until it is resumed",
  moving: "is moving to other servers. Try again in a few minutes",
  offboarding: "is being closed",
  offboarded: "was closed",
  failed: "could not be set up"
}

/** Why a tenant is not served, or undefined for one that is. */
export const notServed = (
  { name, state }: { readonly name: string; readonly state: TenantState }
): TenantNotServed | undefined =>
  state === "active" ? undefined : new TenantNotServed({ state, detail: `${name} ${sentences[state]}.` })
