import type { ResourceChange } from "@innkeeper/config"
import { changeCounts, type OperationKind, type TenantPlan } from "@innkeeper/platform/api"

const signs: Record<ResourceChange["action"], string> = { create: "+", update: "~", replace: "±", delete: "-" }

/** What is done with a tenant, as a command says it of one. */
export const operationWords: Record<OperationKind, string> = {
  create: "Create",
  apply: "Change",
  suspend: "Suspend",
  resume: "Resume",
  offboard: "Off-board",
  restore: "Restore"
}

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)]

/** A value as it stands in a file; a dash for none. */
const shown = (value: unknown): string => value === null ? "–" : JSON.stringify(value)

/** What an operation would do, for a person. */
export const planReport = ({ adapter, changes, fields, kind, slug, steps, unchanged, warnings }: TenantPlan): string =>
  unchanged
    ? `${slug} is as asked: nothing changes.`
    : [
      `${operationWords[kind]} ${slug}`,
      ...section("Steps", steps.map((step, index) => `${index + 1}. ${step}`)),
      ...section(
        "Configuration",
        fields.map(({ after, before, field }) => `${field}: ${shown(before)} → ${shown(after)}`)
      ),
      ...section(
        `Resources: ${changeCounts(changes)}`,
        changes.map(({ action, fields, kind, name }) =>
          `${signs[action]} ${kind} ${name}${fields.length === 0 ? "" : ` (${fields.join(", ")})`}`
        )
      ),
      ...adapter === "render"
        ? ["", "There is no engine on the server: it works out what would be built, and builds nothing."]
        : [],
      ...section("Beware", warnings)
    ].join("\n")
