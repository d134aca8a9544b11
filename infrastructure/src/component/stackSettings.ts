import type * as pulumi from "@pulumi/pulumi"
import type { PlanOptions } from "../plan/OwnTenant.ts"

/** Keys of a stack's configuration that say what is asked beside the tenant's own. */
export const settingsOf = (
  { backup, move, release, restoreFrom, service }: PlanOptions
): Readonly<Record<string, string>> => ({
  ...(service === "suspended" && { suspended: "true" }),
  ...(backup !== null && { backup }),
  ...(restoreFrom !== null && { restoreFrom }),
  ...(move !== null && { moveDirection: move.direction, moveOperation: move.operation }),
  ...(release && { release: "true" })
})

const moveOf = (configuration: pulumi.Config): PlanOptions["move"] => {
  const [direction, operation] = [configuration.get("moveDirection"), configuration.get("moveOperation")]
  return (direction === "in" || direction === "out") && operation !== undefined ? { direction, operation } : null
}

/** What a stack's configuration asks. */
export const optionsOf = (configuration: pulumi.Config): PlanOptions => ({
  service: configuration.getBoolean("suspended") === true ? "suspended" : "active",
  backup: configuration.get("backup") ?? null,
  restoreFrom: configuration.get("restoreFrom") ?? null,
  move: moveOf(configuration),
  release: configuration.getBoolean("release") === true
})
