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

/** A field that changes; one that comes or goes has one value. */
const fieldLine = ({ after, before, field }: TenantPlan["fields"][number]): string =>
  before === null
    ? `+ ${field}: ${JSON.stringify(after)}`
    : after === null
    ? `- ${field}: ${JSON.stringify(before)}`
    : `~ ${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`

/** What an operation would do, for a person. */
export const planReport = ({ changes, fields, kind, slug, steps, unchanged, warnings }: TenantPlan): string =>
  unchanged
    ? `${slug} is as asked: nothing changes.`
    : [
      `${operationWords[kind]} ${slug}`,
      ...section("Steps", steps.map((step, index) => `${index + 1}. ${step}`)),
      ...section("Configuration", fields.map(fieldLine)),
      ...section(
        `Resources: ${changeCounts(changes)}`,
        changes.map(({ action, fields, kind, name }) =>
          `${signs[action]} ${kind} ${name}${fields.length === 0 ? "" : ` (${fields.join(", ")})`}`
        )
      ),
      ...section("Beware", warnings)
    ].join("\n")
