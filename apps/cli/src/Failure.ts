import { Schema } from "effect"

/** What ends a command: sentences for a person, without a stack trace. The exit code is 1. */
export class Failure extends Schema.TaggedError<Failure>()("Failure", { message: Schema.String }) {}
