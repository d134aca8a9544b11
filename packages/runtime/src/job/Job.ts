import { Duration, Schema } from "effect"
import { JobQueue } from "./JobQueue.ts"
import type { JobPriority } from "./JobRecord.ts"
import { defaultRetry, type RetryPolicy } from "./retryDelay.ts"

/** A type of job: what it is given, what comes out, and how it is tried. Its name is a storage key. */
export interface Job<Payload extends Schema.Codec<any, any>, Success extends Schema.Codec<any, any>> {
  readonly name: string
  readonly queue: JobQueue
  readonly payload: Payload
  readonly success: Success
  /** Payload and result as they are stored: JSON text. */
  readonly payloadText: Schema.Codec<Payload["Type"], string>
  readonly successText: Schema.Codec<Success["Type"], string>
  readonly retry: RetryPolicy
  readonly priority: JobPriority
  readonly timeout: Duration.Duration
}

/** Any type of job. */
export type AnyJob = Job<any, any>

/** Declares a type of job, such as `Job.make("webhook.send", { queue: "webhooks", payload: Schema.Struct({ … }) })`. */
const make = <Payload extends Schema.Codec<any, any>, Success extends Schema.Codec<any, any> = typeof Schema.Void>(
  name: string,
  options: {
    /** A queue's name stands for the queue with the usual settings. */
    readonly queue: string | JobQueue
    readonly payload: Payload
    /** What the handler returns, kept with the job; nothing if not given. */
    readonly success?: Success
    /** 10 more tries after 1 s, 2 s, 4 s … if not given, the last after about 17 minutes. */
    readonly retry?: RetryPolicy
    /** `normal` if not given. */
    readonly priority?: JobPriority
    /** An attempt that takes longer has failed; 5 minutes if not given. */
    readonly timeout?: Duration.Input
  }
): Job<Payload, Success> => {
  const success = options.success ?? (Schema.Void as unknown as Success)
  return {
    name,
    queue: typeof options.queue === "string" ? JobQueue.make(options.queue) : options.queue,
    payload: options.payload,
    success,
    payloadText: Schema.fromJsonString(Schema.toCodecJson(options.payload)),
    successText: Schema.fromJsonString(Schema.toCodecJson(success)),
    retry: options.retry ?? defaultRetry,
    priority: options.priority ?? "normal",
    timeout: Duration.fromInputUnsafe(options.timeout ?? "5 minutes")
  }
}

export const Job = { make }
