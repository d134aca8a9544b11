import { Instant, noNullCharacter, Text } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { DedupKey, InboundAlert, Labels, notBlank, Priority } from "../alert/Alert.ts"

/** Body of `POST /in/{key}`. Only `summary` is needed; unknown keys are refused, so that a typing error shows. */
export const GenericAlert = Schema.Struct({
  /** What is wrong, in one line. */
  summary: Text(1024).check(notBlank),
  action: Schema.optionalKey(Schema.Literals(["trigger", "acknowledge", "resolve"])),
  /** Alerts with the same key belong to one incident. Left out: the summary. */
  dedupKey: Schema.optionalKey(DedupKey),
  priority: Schema.optionalKey(Priority),
  source: Schema.optionalKey(Text(1024)),
  /** The service's routing key. Left out: the integration's service. */
  service: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(80), noNullCharacter)),
  details: Schema.optionalKey(Text(50_000)),
  labels: Schema.optionalKey(Labels),
  links: Schema.optionalKey(InboundAlert.fields.links),
  startsAt: Schema.optionalKey(Instant)
})
export type GenericAlert = typeof GenericAlert.Type
