import type { ResourceChange } from "@innkeeper/config"
import type { OperationLine, OperationStatus } from "./TenantOperation.ts"

/** Whether an operation that has this status has not ended. */
export const isUnderWay = (status: OperationStatus): boolean =>
  status !== "succeeded" && status !== "failed" && status !== "cancelled"

/** What is done with a resource, in the order in which people want to know of it: the dangerous last. */
const actions = ["create", "update", "replace", "delete"] as const

/** How many resources are created, updated, replaced and deleted, such as `12 to create, 1 to delete`. */
export const changeCounts = (changes: ReadonlyArray<ResourceChange>): string =>
  changes.length === 0
    ? "nothing to change"
    : actions
      .map((action) => ({ action, count: changes.filter((change) => change.action === action).length }))
      .filter(({ count }) => count > 0)
      .map(({ action, count }) => `${count} to ${action}`)
      .join(", ")

/** Whether a line is worth a look to somebody who follows: that a resource begins is not, its end follows. */
export const isTold = ({ event }: OperationLine): boolean => event?._tag !== "Progress" || event.status !== "began"

/** A line of an operation's history in words; several lines of text where several things are wrong. */
export const lineText = ({ event, step }: OperationLine): string => {
  if (event === null) return step
  switch (event._tag) {
    case "Planned":
      return `Resources: ${changeCounts(event.changes)}`
    case "Progress":
      return event.status === "began"
        ? `${event.kind} ${event.name} begins`
        : `${event.kind} ${event.name} ${
          event.status === "done" ? "is done" : "failed"
        }, ${event.done} of ${event.total}`
    case "Said":
      return event.message
    case "Done":
      return event.adapter === "render" ? "Worked out, and not built." : [
        "The resources are as asked.",
        ...event.backup === null ? [] : [`Backup: ${event.backup}`],
        ...event.url === null ? [] : [`Served at ${event.url}`]
      ].join(" ")
    case "Failed":
      return event.problems.join("\n")
  }
}
