import { problemType } from "@innkeeper/platform/api"
import { Effect } from "effect"
import { HttpEffect, HttpServerResponse } from "effect/http"

/** Seconds after which a sender may try again. */
const retryAfter = 30

const contentType = "application/problem+json"

/** Whatever is answered, it is this: senders of every protocol go by the status. */
const answerInstead = (response: HttpServerResponse.HttpServerResponse) =>
  HttpEffect.appendPreResponseHandler((_request, { headers }) =>
    Effect.succeed(HttpServerResponse.setHeaders(response, { ...headers, ...response.headers }))
  )

/** Has the sender try again: the tenant's data is on its way to another database. */
export const answerLater = answerInstead(
  HttpServerResponse.jsonUnsafe({
    type: problemType("tenant-moving"),
    status: 503,
    title: "This organisation is moving to other servers",
    detail: `Nothing was accepted. Try again in ${retryAfter} s.`
  }, { status: 503, contentType, headers: { "retry-after": `${retryAfter}` } })
)

/** Has the sender go to the server where the tenant is by now, with the same request (RFC 9110, 15.4.9). */
export const answerMoved = (location: string) =>
  answerInstead(
    HttpServerResponse.jsonUnsafe({
      type: problemType("tenant-moved"),
      status: 308,
      title: "This organisation has moved to a server of its own",
      detail: `Nothing was accepted. Send to ${location} from now on.`
    }, { status: 308, contentType, headers: { location } })
  )

/**
 * Has the sender keep what it sends until somebody changes its address: a redirect would lead it there without its key, or its
 * tenant's server has no address that is known.
 */
export const answerHasMoved = (address: string | null) =>
  answerInstead(
    HttpServerResponse.jsonUnsafe({
      type: problemType("tenant-moved"),
      status: 503,
      title: "This organisation has moved to a server of its own",
      detail: `Nothing was accepted. Send to ${
        address ?? "that server"
      } from now on: this sender's address has to be changed.`
    }, { status: 503, contentType, headers: { "retry-after": `${retryAfter}` } })
  )
