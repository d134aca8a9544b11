import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, type Schema } from "effect"
import { HttpClient, type HttpClientError, type HttpClientRequest, type HttpClientResponse } from "effect/http"
import { untraced } from "../edge/untraced.ts"
import { apiLimit, inTime } from "./inTime.ts"
import { MailDelayed, MailRefused, MailTransport, type OutgoingMail } from "./MailTransport.ts"

/** How a provider of mail is asked, and what its answers mean. */
export interface MailProvider {
  readonly name: string
  readonly send: (mail: OutgoingMail) => HttpClientRequest.HttpClientRequest
  /** What it answers to a mail that it took. */
  readonly taken: (
    response: HttpClientResponse.HttpClientResponse
  ) => Effect.Effect<string, HttpClientError.HttpClientError | Schema.SchemaError>
  /** Whether the mail itself is at fault in an answer that is not 2xx, so that it would be refused again. */
  readonly refuses: (status: number, body: string) => boolean
  /** Asks for something harmless, to see whether the key is taken. */
  readonly verify: HttpClientRequest.HttpClientRequest
  /** Whether an answer to that, which is not 2xx, comes from a key that may send and no more. */
  readonly maySendOnly: (status: number, body: string) => boolean
}

const mostOfAnswer = 500

/** Hands mails to a provider over HTTPS. What it answers is told as an SMTP server's answer is. */
export const providerTransport = (provider: MailProvider) =>
  Layer.effect(
    MailTransport,
    Effect.gen(function*() {
      const client = untraced(yield* HttpClient.HttpClient)
      const away = (cause: unknown) =>
        new MailDelayed({ answer: `${provider.name} cannot be reached: ${cause}`, away: true })
      const bodyOf = (response: HttpClientResponse.HttpClientResponse) =>
        response.text.pipe(Effect.orElseSucceed(() => ""), Effect.map((body) => body.slice(0, mostOfAnswer)))
      const complaintOf = (status: number, body: string) => ({
        answer: `${provider.name}: HTTP ${status} ${body}`.trim()
      })

      const send = Effect.fnUntraced(function*(mail: OutgoingMail) {
        const response = yield* Effect.mapError(client.execute(provider.send(mail)), away)
        const { status } = response
        if (status >= 200 && status < 300) {
          // A mail that was taken is not sent again because its answer is not the one that was expected.
          const answer = yield* Effect.orElseSucceed(provider.taken(response), () => "taken")
          return `${provider.name}: ${answer}`
        }
        const body = yield* bodyOf(response)
        return yield* provider.refuses(status, body)
          ? new MailRefused(complaintOf(status, body))
          : new MailDelayed({ ...complaintOf(status, body), away: status >= 500 })
      }, inTime(provider.name, apiLimit))

      const verify = Effect.gen(function*() {
        const response = yield* Effect.mapError(client.execute(provider.verify), away)
        const { status } = response
        if (status >= 200 && status < 300) return
        const body = yield* bodyOf(response)
        if (!provider.maySendOnly(status, body)) {
          return yield* new MailDelayed({ ...complaintOf(status, body), away: true })
        }
      })

      return MailTransport.of({ send, verify })
    })
  ).pipe(Layer.provide(NodeHttpClient.layerUndici))
