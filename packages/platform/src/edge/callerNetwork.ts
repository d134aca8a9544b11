import { Option, Result } from "effect"
import { IpNetwork, NetAddress } from "effect/net"

/** Bits of an IPv6 address that name a network; whoever has one has all of its addresses (RFC 6177). */
const networkBits = 64

/**
 * Who counts as one caller for limits per address: an IPv4 address, or the network of an IPv6 address. Text that is no
 * address stands for itself.
 */
export const callerNetwork = (ip: string | null): string =>
  Result.getSuccess(NetAddress.ipFromString(ip?.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "") ?? "")).pipe(
    Option.map((address) =>
      NetAddress.isIpv6Address(address)
        ? IpNetwork.format(IpNetwork.fromAddressUnsafe(address, networkBits))
        : NetAddress.formatIp(address)
    ),
    Option.getOrElse(() => String(ip))
  )
