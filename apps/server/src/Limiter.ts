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

/** The words of Redis or the network, on one line; the error around them has none. */
const whatWasSaid = (cause: unknown) =>
  (cause instanceof Error && cause.message !== "" ? cause.message : String(cause)).replace(/\s+/g, " ").trim()

const readAuthorities = Effect.fnUntraced(function*(file: string) {
  const fs = yield* FileSystem.FileSystem
  return yield* fs.readFileString(file).pipe(
    Effect.mapError(() => new RedisUnreachable({ reason: `the file ${file} of REDIS_TLS_CA cannot be read` }))
  )
})

const redis = (url: string, ca: string | undefined) =>
  Layer.unwrap(Effect.gen(function*() {
    if (ca !== undefined && new URL(url).protocol !== "rediss:") {
      // The client would throw the URL, password and all.
      return yield* new RedisUnreachable({ reason: "REDIS_TLS_CA is set, and the URL is none of TLS, as rediss:// is" })
    }
    return NodeRedis.layer({
      url,
      // A command that cannot be sent fails at once, so that its request can go through.
      disableOfflineQueue: true,
      ...(ca === undefined ? {} : { socket: { tls: true, ca: yield* readAuthorities(ca) } })
    })
  })).pipe(
    Layer.catchTag(
      "RedisError",
      ({ cause }) => Layer.effect(Redis.Redis, Effect.fail(new RedisUnreachable({ reason: whatWasSaid(cause) })))
    )
  )
