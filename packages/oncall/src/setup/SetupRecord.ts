import type { TenantId, TenantSlug } from "@innkeeper/config"
import { Array, Record } from "effect"
import type { SetupChange } from "./SetupDocument.ts"

const numbersOf = (changes: ReadonlyArray<SetupChange>, action: SetupChange["action"]) =>
  Record.map(Array.groupBy(changes.filter((change) => change.action === action), ({ kind }) => kind), Array.length)

/** What the platform's record tells of a document that was applied: how many of each kind, and nothing of what is in them. */
export const recordOf = (
  { id, slug }: { readonly id: TenantId; readonly slug: TenantSlug },
  changes: ReadonlyArray<SetupChange>
) => ({
  action: "tenant.set-up",
  subject: `tenant:${id}`,
  detail: { slug, created: numbersOf(changes, "create"), updated: numbersOf(changes, "update") }
})
