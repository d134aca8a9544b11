import { Option } from "effect"

const decode = Option.liftThrowable(decodeURIComponent)

/** What the path of a request says to those who decide by it. */
export interface RequestPath {
  /**
   * The path as the router reads it, whichever way it is spelled: decoded, without doubled slashes, in lower case. None
   * where it cannot be decoded. What was decoded may hold line breaks, so it is for decisions and never for a log.
   */
  readonly routed: Option.Option<string>
  /** As it came, for logs and spans: without a query, and without the key of an integration, which is a secret. */
  readonly shown: string
}

/** A key that stands where it is expected; what follows it can be shown. */
const plainKey = /^\/in\/[^/]+/

export const requestPath = (url: string): RequestPath => {
  const [path = ""] = url.replace(/^https?:\/\/[^/?;#]*/i, "").split(/[?;#]/, 1)
  const routed = Option.map(decode(path), (decoded) => decoded.replace(/\/{2,}/g, "/").toLowerCase())
  return {
    routed,
    shown: Option.match(routed, {
      onNone: () => "…",
      onSome: (routed) =>
        !/^\/in(\/|$)/.test(routed) ? path : plainKey.test(path) ? path.replace(plainKey, "/in/…") : "/in/…"
    })
  }
}
