import { NodeRedis } from "@effect/platform-node"
import type { RedisConfig } from "@innkeeper/config"
import { Effect, FileSystem, Layer, Redacted, Schema } from "effect"
import { RateLimiter, Redis } from "effect/persistence"
import { limiterMemory } from "./limiterMemory.ts"

/** Redis cannot be reached at the start. While the server runs, requests pass when it is away. */
export class RedisUnreachable extends Schema.TaggedError<RedisUnreachable>()("RedisUnreachable", {
  reason: Schema.String
}) {
  override get message() {
    return `Innkeeper cannot use the Redis of REDIS_URL: ${this.reason}. Correct it, or leave REDIS_URL unset.`
  }
}

/** Counts of the rate limits: in Redis for all processes, or in the memory of this one. */
export const limiterLayer = ({ ca, url }: RedisConfig) =>
  RateLimiter.layer.pipe(
    Layer.provide(
      url === undefined
        ? limiterMemory
        : RateLimiter.layerStoreRedis({ prefix: "innkeeper:limit:" }).pipe(
          Layer.provide(redis(Redacted.value(url), ca))
        )
    )
  )

const redis = (url: string, ca: string | undefined) =>
  Layer.unwrap(Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    return NodeRedis.layer({
      url,
      // A command that cannot be sent fails at once, so that its request can go through.
      disableOfflineQueue: true,
      ...(ca === undefined ? {} : { socket: { tls: true, ca: yield* fs.readFileString(ca) } })
    })
  })).pipe(
    Layer.catch(({ message }) => Layer.effect(Redis.Redis, Effect.fail(new RedisUnreachable({ reason: message }))))
  )
