import type { ResourceChange } from "@innkeeper/config"
import type { Tone } from "../../ui/Badge.tsx"

type Action = ResourceChange["action"]

/** How each thing that can become of a resource is named and drawn: a sign and a word beside the colour. */
export const actionLooks: Record<
  Action,
  { readonly sign: string; readonly word: string; readonly tone: Tone; readonly bar: string }
> = {
  delete: { sign: "−", word: "deleted", tone: "critical", bar: "bg-critical" },
  replace: { sign: "±", word: "replaced", tone: "high", bar: "bg-high" },
  update: { sign: "~", word: "changed", tone: "low", bar: "bg-low" },
  create: { sign: "+", word: "created", tone: "ok", bar: "bg-ok" }
}

/** Resources that the same becomes of, by kind and name. */
export interface ChangeGroup {
  readonly action: Action
  readonly changes: ReadonlyArray<ResourceChange>
}

/** Changes by what becomes of the resource, the dangerous first; what does not occur is left out. */
export const changeGroups = (changes: ReadonlyArray<ResourceChange>): ReadonlyArray<ChangeGroup> =>
  (["delete", "replace", "update", "create"] as const)
    .map((action) => ({
      action,
      changes: changes.filter((change) => change.action === action)
        .toSorted((one, other) => `${one.kind} ${one.name}`.localeCompare(`${other.kind} ${other.name}`, "en"))
    }))
    .filter(({ changes }) => changes.length > 0)
