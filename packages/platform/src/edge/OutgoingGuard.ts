import { NodeHttpClient } from "@effect/platform-node"
import { Context, Effect, Exit, Layer, Schema } from "effect"
import { HttpClient } from "effect/http"
import ipaddr from "ipaddr.js"
import { isIP } from "node:net"
import { Agent, buildConnector } from "undici"
import { addressesOf } from "./addressesOf.ts"
import { untraced } from "./untraced.ts"

/** An address that a user gave must not be called. `reason` says what was expected. */
export class AddressRefused extends Schema.TaggedError<AddressRefused>()("AddressRefused", {
  reason: Schema.String
}) {}

/** All that IANA gives out of IPv6 for the public Internet; addresses that carry an IPv4 one inside are elsewhere. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3")

/** Azure's WireServer, which every virtual machine there reaches at this public address. */
const wireServer = "168.63.129.16"

/** Whether an IP address belongs to the public Internet (IANA special-purpose registries, as ipaddr.js knows them). */
export const isPublic = (text: string): boolean => {
  const address = ipaddr.process(text)
  return address.range() === "unicast" && address.toString() !== wireServer &&
    (address instanceof ipaddr.IPv4 || address.match(globalUnicast))
}

interface Options {
  /** Also http, and loopback and private addresses; for development. */
  readonly allowInside: boolean
  /** Name servers that are asked; those of the machine if not given. */
  readonly nameServers?: ReadonlyArray<string>
}

/** Guards requests to addresses that users give against reaching the inside (SSRF). */
export class OutgoingGuard extends Context.Service<OutgoingGuard, {
  /** Refuses what is not https, carries a password, or resolves to anything but public addresses. */
  readonly check: (url: string) => Effect.Effect<void, AddressRefused>
}>()("platform/OutgoingGuard") {
  static readonly layer = (options: Options) =>
    Layer.succeed(
      OutgoingGuard,
      OutgoingGuard.of({
        check: Effect.fn("OutgoingGuard.check")(function*(text: string) {
          const url = yield* Effect.try({
            try: () => new URL(text),
            catch: () => new AddressRefused({ reason: "expected an https:// URL" })
          })
          if (url.protocol !== "https:" && !(options.allowInside && url.protocol === "http:")) {
            return yield* new AddressRefused({ reason: "expected an https:// URL" })
          }
          if (url.username !== "" || url.password !== "") {
            return yield* new AddressRefused({ reason: "expected a URL without user and password" })
          }
          if (options.allowInside) return
          const host = url.hostname.replace(/^\[|\]$/g, "")
          const addresses = yield* addressesOf(host, options.nameServers).pipe(
            Effect.mapError(() => new AddressRefused({ reason: `expected a host that can be found; ${host} cannot` }))
          )
          if (addresses.some(({ address }) => !isPublic(address))) {
            return yield* new AddressRefused({ reason: "expected a host on the public Internet" })
          }
        })
      })
    )
}

/**
 * A client for addresses that users give. The address is checked again at the moment of connecting, so that a name which
 * resolves differently by then is refused too; redirects are not followed, and our trace is nobody's business. No span is
 * made of a request: many of these addresses are secrets themselves.
 */
export class GuardedHttpClient extends Context.Service<GuardedHttpClient, HttpClient.HttpClient>()(
  "platform/GuardedHttpClient"
) {
  static readonly layer = (options: Options) =>
    Layer.effect(
      GuardedHttpClient,
      Effect.map(HttpClient.HttpClient, untraced)
    ).pipe(
      Layer.provide(NodeHttpClient.layerUndiciNoDispatcher),
      Layer.provide(Layer.effect(
        NodeHttpClient.Dispatcher,
        Effect.acquireRelease(
          Effect.sync(() => new Agent({ connect: connector(options), headersTimeout: 15_000, bodyTimeout: 15_000 })),
          (agent) => Effect.promise(() => agent.close())
        )
      ))
    )
}

/** As node's own, by which it is told. */
const notFound = (host: string) => Object.assign(new Error(`${host} cannot be found`), { code: "ENOTFOUND" })

const refusal = (host: string) => new Error(`${host} is not on the public Internet`)

/** Connects to public addresses only. A host that is an address is not looked up, hence the first check. */
const connector = ({ allowInside, nameServers }: Options): buildConnector.connector => {
  const connect = buildConnector({
    timeout: 5000,
    // In development a name may stand in this machine's own list of hosts.
    ...(allowInside ? {} : {
      lookup: (host, _settings, callback) => {
        Effect.runCallback(addressesOf(host, nameServers), {
          onExit: Exit.match({
            onFailure: () => callback(notFound(host), []),
            onSuccess: (addresses) =>
              addresses.every(({ address }) => isPublic(address))
                ? callback(null, addresses)
                : callback(refusal(host), [])
          })
        })
      }
    })
  })
  return (target, callback) => {
    const host = target.hostname.replace(/^\[|\]$/g, "")
    if (!allowInside && isIP(host) !== 0 && !isPublic(host)) return callback(refusal(host), null)
    connect(target, callback)
  }
}
