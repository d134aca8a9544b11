import type * as pulumi from "@pulumi/pulumi"
import type { PlanOptions } from "../plan/OwnTenant.ts"

/** Keys of a stack's configuration that say what is asked beside the tenant's own. */
export const settingsOf = (
  { backup, release, restoreFrom, service }: PlanOptions
): Readonly<Record<string, string>> => ({
  ...(service === "suspended" && { suspended: "true" }),
  ...(backup !== null && { backup }),
  ...(restoreFrom !== null && { restoreFrom }),
  ...(release && { release: "true" })
})

/** What a stack's configuration asks. */
export const optionsOf = (configuration: pulumi.Config): PlanOptions => ({
  service: configuration.getBoolean("suspended") === true ? "suspended" : "active",
  backup: configuration.get("backup") ?? null,
  restoreFrom: configuration.get("restoreFrom") ?? null,
  release: configuration.getBoolean("release") === true
})
