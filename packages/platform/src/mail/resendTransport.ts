import { Effect, Redacted, Schema } from "effect"
import { HttpClientRequest, HttpClientResponse } from "effect/http"
import { providerTransport } from "./providerTransport.ts"

const Taken = Schema.Struct({ id: Schema.String })
const Complaint = Schema.fromJsonString(Schema.Struct({ name: Schema.String }))
const decodeComplaint = Schema.decodeUnknownOption(Complaint)

const nameOf = (body: string) => {
  const complaint = decodeComplaint(body)
  return complaint._tag === "Some" ? complaint.value.name : ""
}

/** Hands mails to Resend (https://resend.com/docs/api-reference/emails/send-email). */
export const resendTransport = (options: {
  readonly apiKey: Redacted.Redacted<string>
  /** Without a slash at the end. */
  readonly url?: string
}) => {
  const url = options.url ?? "https://api.resend.com"
  const authorized = HttpClientRequest.bearerToken(options.apiKey)
  return providerTransport({
    name: "Resend",
    send: (mail) =>
      HttpClientRequest.post(`${url}/emails`).pipe(
        authorized,
        HttpClientRequest.bodyJsonUnsafe({
          from: mail.from,
          to: [mail.to],
          reply_to: mail.replyTo,
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          headers: { ...mail.headers, "Message-ID": mail.messageId }
        })
      ),
    taken: (response) => Effect.map(HttpClientResponse.schemaBodyJson(Taken)(response), ({ id }) => id),
    refuses: (status, body) =>
      status === 422 || (status === 400 && nameOf(body) !== "invalid_api_key" && nameOf(body) !== "missing_api_key"),
    verify: HttpClientRequest.get(`${url}/domains`).pipe(authorized),
    maySendOnly: (_, body) => nameOf(body) === "restricted_api_key"
  })
}
