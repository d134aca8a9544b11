import { Schema } from "effect"

/** What was asked has not come about. */
export class ProvisionFailed extends Schema.TaggedError<ProvisionFailed>()("ProvisionFailed", {
  /** A sentence for each thing that is wrong. */
  problems: Schema.NonEmptyArray(Schema.String),
  /** Whether the request itself is at fault, so that it would fail again. */
  refused: Schema.Boolean
}) {
  override get message() {
    return this.problems.join("\n")
  }
}

/** The request is at fault; `message` has a line for each thing that is wrong. */
export const refusing = ({ message }: { readonly message: string }) => {
  const [first = "", ...others] = message.split("\n")
  return new ProvisionFailed({ problems: [first, ...others], refused: true })
}
