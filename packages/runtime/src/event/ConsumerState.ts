import { Schema } from "effect"

/** A consumer of events, and how it stands. */
export class ConsumerState extends Schema.Class<ConsumerState>("runtime/ConsumerState")({
  name: Schema.String,
  /** Types of the events that it handles. */
  types: Schema.Array(Schema.String),
  /** Events that it has still to handle; stops counting at 10 000. */
  waiting: Schema.Int,
  /** Age of the oldest of these in seconds; 0 when there is none. */
  lagSeconds: Schema.Finite,
  /** Unresolved dead letters of it. */
  deadLetters: Schema.Int,
  /** When some pod last ran it; at most 15 s old while one does. */
  lastSeenAt: Schema.DateTimeUtcFromString,
  /** Which process ran it then, as `host:pid`; null if that is not known. */
  runner: Schema.NullOr(Schema.String)
}) {}

/** What a replay begins with and how much it is; `from` is null when nothing that the consumer handles is kept since then. */
export class ConsumerReplay extends Schema.Class<ConsumerReplay>("runtime/ConsumerReplay")({
  /** Time of the oldest event that comes again; later than what was asked for when older ones are deleted, after 7 days. */
  from: Schema.NullOr(Schema.DateTimeUtcFromString),
  events: Schema.Int
}) {}

/** No consumer has this name. */
export class ConsumerNotFound extends Schema.TaggedError<ConsumerNotFound>()("ConsumerNotFound", {
  name: Schema.String
}, { httpApiStatus: 404 }) {}
