import { Effect, Result, Schema } from "effect"
import { Resolver } from "node:dns/promises"
import { isIP } from "node:net"

/** The host has no address, or nobody says within 3 s which ones. */
export class HostNotFound extends Schema.TaggedError<HostNotFound>()("HostNotFound", { host: Schema.String }) {}

/**
 * The addresses of a host that a user named, IPv4 first, as `net.connect` takes them.
 *
 * Not by getaddrinfo, as node's own `lookup`: a process does two of these at once, and a name whose servers are silent takes ten
 * seconds, so that a few of them would keep everybody from mail servers and from each other's addresses. `nameServers`: those of
 * the machine if not given.
 */
export const addressesOf = Effect.fnUntraced(function*(host: string, nameServers?: ReadonlyArray<string>) {
  if (isIP(host) !== 0) return [{ address: host, family: isIP(host) }]
  const resolver = new Resolver({ timeout: 1000, tries: 2 })
  if (nameServers !== undefined) resolver.setServers(nameServers)
  const ask = (family: 4 | 6) =>
    Effect.tryPromise({
      try: () => family === 4 ? resolver.resolve4(host) : resolver.resolve6(host),
      catch: () => new HostNotFound({ host })
    }).pipe(Effect.map((found) => found.map((address) => ({ address, family }))), Effect.result)
  const answers = yield* Effect.all([ask(4), ask(6)], { concurrency: 2 })
  const found = answers.flatMap(Result.getOrElse(() => []))
  return found.length === 0 ? yield* new HostNotFound({ host }) : found
})
