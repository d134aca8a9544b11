import { Schema } from "effect"

/** No plan is made of this input; `problems` is everything that is wrong with it. */
export class PlanRefused extends Schema.TaggedError<PlanRefused>()("PlanRefused", {
  problems: Schema.Array(Schema.Struct({
    /** Path of the field, such as `quotas.cpu`. */
    field: Schema.String,
    problem: Schema.String
  }))
}) {
  override get message() {
    return this.problems.map(({ field, problem }) => `${field}: ${problem}`).join("\n")
  }
}
