/** Channel on which the owners of partitions are told, as `wake:queue/partition,…` or `cancel:queue/partition`. */
export const channel = "innkeeper_jobs"

export const wakeMessage = "wake:"
export const cancelMessage = "cancel:"

/** What a partition's owner is told: there may be something new, or a running job is to be stopped. */
export type JobMessage = "wake" | "cancel"

/** What a notification says, and of which partitions (`queue/partition`). */
export const parseMessage = (
  text: string
): { readonly message: JobMessage; readonly partitions: ReadonlyArray<string> } => {
  const end = text.indexOf(":")
  return {
    message: text.slice(0, end) === "cancel" ? "cancel" : "wake",
    partitions: text.slice(end + 1).split(",")
  }
}
