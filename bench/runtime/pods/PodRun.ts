import { Schema } from "effect"

/** What a pod is asked to do. */
export class PodRun extends Schema.Class<PodRun>("bench/PodRun")({
  /** None let it rest. */
  callers: Schema.Int,
  seconds: Schema.Finite,
  first: Schema.Int
}) {}

/** Times in milliseconds. */
export class PodRan extends Schema.Class<PodRan>("bench/PodRan")({
  times: Schema.Array(Schema.Finite),
  lasted: Schema.Finite,
  /** Processor time that the pod has taken. */
  ownMillis: Schema.Finite
}) {}
