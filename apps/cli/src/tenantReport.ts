import type { TenantImportResult } from "@innkeeper/platform/api"

/** What an import did, for a person: each change with its fields, then a count. */
export const tenantReport = ({ changes, dryRun }: TenantImportResult): string => {
  const count = (action: string) => changes.filter((change) => change.action === action).length
  const lines = changes.filter(({ action }) => action !== "unchanged").flatMap(({ action, fields, file, slug }) => [
    `${action === "create" ? "+" : "~"} ${slug} (${file})`,
    ...fields.map(({ after, before, field }) => `    ${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`)
  ])
  const [create, change] = dryRun ? ["to create", "to change"] : ["created", "changed"]
  return [
    ...lines,
    ...lines.length > 0 ? [""] : [],
    `${changes.length} tenants: + ${count("create")} ${create}, ~ ${count("update")} ${change}, = ${
      count("unchanged")
    } unchanged${dryRun ? " (dry run: nothing was written)" : ""}`
  ].join("\n")
}
