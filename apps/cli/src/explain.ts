import type {
  Conflict,
  Forbidden,
  NotFound,
  TooManyRequests,
  Unauthorized,
  Unavailable,
  Unprocessable
} from "@innkeeper/platform/api"
import type { Schema } from "effect"
import type { HttpClientError } from "effect/http"
import type { HttpApiError } from "effect/http-api"
import { Failure } from "./Failure.ts"

/** What every call to the server can fail with. */
export type CallError =
  | Unauthorized
  | Forbidden
  | Unavailable
  | TooManyRequests
  | NotFound
  | Conflict
  | Unprocessable
  | HttpApiError.BadRequestProblem
  | HttpApiError.InternalServerErrorProblem
  | HttpClientError.HttpClientError
  | Schema.SchemaError

/** Statuses of a proxy that has no server behind it, or none that answers in time. */
const ofProxies = [502, 503, 504]

/** Says in a sentence why a call failed and what to do. */
export const explain = (url: string) => (error: CallError): Failure => {
  const message = () => {
    switch (error._tag) {
      case "HttpClientError":
        if (error.reason._tag === "TransportError") return `No answer from ${url}. Is Innkeeper running there?`
        if (error.response?.status === 413) {
          return `${url} takes no document that is so large. Divide it: what a document does not mention stays.`
        }
        return error.response !== undefined && ofProxies.includes(error.response.status)
          ? `${url} answered ${error.response.status}: a proxy stands there and Innkeeper does not answer it. Try again.`
          : `${url} did not answer as Innkeeper does. Is it the address of another server?`
      case "SchemaError":
        return `${url} did not answer as this version of Innkeeper does. Use the command line of the server's version.`
      case "Unauthorized":
        return `${url} does not take this admin token.`
      case "NotFound":
        return `There is no such ${error.resource} at ${url}.`
      case "Forbidden":
      case "Conflict":
      case "Unprocessable":
      case "Unavailable":
      case "TooManyRequests":
      case "BadRequestProblem":
        return `${url} refused: ${error.detail ?? error.title}`
      case "InternalServerErrorProblem":
        return `${url} failed: ${error.detail ?? error.title}`
    }
  }
  return new Failure({ message: message() })
}
