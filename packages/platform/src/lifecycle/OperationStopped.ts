import { Schema } from "effect"

/** An operation cannot go on, and what it did has to be undone. Without problems somebody asked for that. */
export class OperationStopped extends Schema.TaggedError<OperationStopped>()("OperationStopped", {
  problems: Schema.Array(Schema.String)
}) {
  override get message() {
    return this.problems.join("; ") || "Cancelled"
  }
}
