import { isOwn, type Undertaking } from "./OperationStep.ts"

/** What a person should know before they go on with an operation. */
export const planWarnings = (
  { after, before, kind, removing, state }: Undertaking,
  { adapter, retentionDays }: { readonly adapter: "render" | "pulumi" | null; readonly retentionDays: number }
): ReadonlyArray<string> => {
  const served = state === "active"
  return [
    ...kind === "suspend" ? ["The tenant answers nobody and pages nobody until it is resumed"] : [],
    ...kind === "apply" && before !== after && served
      ? ["The tenant is closed while its data moves to another database"]
      : [],
    ...kind === "offboard" && !removing
      ? [
        "The tenant answers nobody and pages nobody from now on",
        `Its data is deleted after ${retentionDays} ${
          retentionDays === 1 ? "day" : "days"
        }; until then it can be restored, ` +
        "and afterwards from its backup"
      ]
      : [],
    ...kind === "offboard" && removing ? ["Its data is deleted now; it can be restored from its backup"] : [],
    ...kind === "apply" && isOwn(before) !== isOwn(after)
      ? [
        `Its pages and programs are at another address afterwards; the former one leads senders of alerts to it`,
        ...adapter === "render"
          ? [
            "PROVISIONER is render, which builds nothing: the tenant's data would have nowhere to go, so this cannot be done"
          ]
          : []
      ]
      : isOwn(after) && adapter === "render"
      ? ["PROVISIONER is render: what is to be built is worked out and shown, but nothing is built"]
      : []
  ]
}
