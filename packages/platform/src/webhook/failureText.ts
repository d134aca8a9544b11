import { Cause, Duration } from "effect"

/** Codes of Node and undici for what goes wrong on the way, in words that name nothing of our side. */
const reasons: ReadonlyArray<readonly [RegExp, string]> = [
  [/not on the public Internet/, "The address is not on the public Internet"],
  [/ENOTFOUND|EAI_AGAIN/, "The host cannot be found"],
  [/ECONNREFUSED/, "The connection was refused"],
  [/CERT|SSL|TLS|certificate|self-signed/i, "The TLS certificate or handshake was not accepted"],
  [/TIMEOUT|ETIMEDOUT/i, "The host could not be reached in time"],
  [/ECONNRESET|EPIPE|other side closed|SocketError|UND_ERR_SOCKET/, "The connection broke before an answer came"]
]

/** Every message and code on the way down to the first cause. */
const wordsOf = (error: unknown, depth = 0): string => {
  if (depth > 6 || typeof error !== "object" || error === null) return String(error)
  const { cause, code, message, reason } = error as Readonly<Record<string, unknown>>
  return [
    code,
    message,
    ...[reason, cause].filter((inner) => inner !== undefined).map((inner) => wordsOf(inner, depth + 1))
  ]
    .join(" ")
}

/** Why a request to an address that a user gave had no answer, for those who may not know the whole address. */
export const failureText = (error: unknown, patience: Duration.Input): string => {
  if (Cause.isTimeoutError(error)) return `No answer within ${Duration.toSeconds(patience)} s`
  const words = wordsOf(error)
  return reasons.find(([pattern]) => pattern.test(words))?.[1] ?? "The request failed before an answer came"
}
