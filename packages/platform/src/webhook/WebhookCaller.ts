import { Clock, Context, Duration, Effect, Layer, Stream } from "effect"
import { HttpBody, HttpClientRequest, type HttpClientResponse } from "effect/http"
import { GuardedHttpClient } from "../edge/OutgoingGuard.ts"
import { failureText } from "./failureText.ts"

/** What came of one call. */
export interface Outcome {
  /** Null when there was no answer. */
  readonly status: number | null
  /** Until the answer's status. */
  readonly milliseconds: number
  /** The beginning of the answer's body; without an answer, why there was none. */
  readonly answer: string
  /** What a `Retry-After` in seconds asked for. */
  readonly retryAfter: Duration.Duration | null
}

/** How long an endpoint may take to answer, and then its body. */
const patience = { status: Duration.seconds(15), body: Duration.seconds(2) }

/** Bytes of an answer that are read, so that its connection can be used again, and that are kept. */
const size = { read: 64 * 1024, kept: 1024 }

/** As text that PostgreSQL can hold, whatever the bytes are. */
const textOf = (bytes: Uint8Array) =>
  new TextDecoder().decode(bytes.subarray(0, size.kept)).replaceAll("\u0000", "\uFFFD")

/** The first bytes of the body: as far as it comes in time. */
const beginningOf = (response: HttpClientResponse.HttpClientResponse) =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let read = 0
    return response.stream.pipe(
      Stream.takeUntil((chunk) => {
        chunks.push(chunk)
        return (read += chunk.length) >= size.read
      }),
      Stream.runDrain,
      Effect.timeoutOption(patience.body),
      Effect.ignore,
      Effect.map(() => textOf(Buffer.concat(chunks)))
    )
  })

const retryAfterOf = (response: HttpClientResponse.HttpClientResponse) => {
  const text = response.headers["retry-after"] ?? ""
  return /^\d{1,9}$/.test(text) ? Duration.seconds(Number(text)) : null
}

/** Calls endpoints: one call is one attempt. It follows no redirect and reaches public addresses alone. */
export class WebhookCaller extends Context.Service<WebhookCaller, {
  readonly call: (
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string
  ) => Effect.Effect<Outcome>
}>()("platform/WebhookCaller") {
  static readonly layer = Layer.effect(
    WebhookCaller,
    Effect.gen(function*() {
      const client = yield* GuardedHttpClient
      const call = Effect.fn("WebhookCaller.call")(
        function*(url: string, headers: Readonly<Record<string, string>>, body: string) {
          const began = yield* Clock.currentTimeMillis
          const response = yield* HttpClientRequest.post(url).pipe(
            HttpClientRequest.setHeaders({ ...headers, "user-agent": "Innkeeper-Webhooks/1" }),
            HttpClientRequest.setBody(HttpBody.text(body, "application/json")),
            client.execute,
            Effect.timeout(patience.status),
            Effect.result
          )
          const milliseconds = Math.round((yield* Clock.currentTimeMillis) - began)
          if (response._tag === "Failure") {
            return {
              status: null,
              milliseconds,
              answer: failureText(response.failure, patience.status),
              retryAfter: null
            }
          }
          const { success } = response
          return {
            status: success.status,
            milliseconds,
            answer: yield* beginningOf(success),
            retryAfter: retryAfterOf(success)
          }
        },
        Effect.scoped
      )
      return WebhookCaller.of({ call })
    })
  )
}
