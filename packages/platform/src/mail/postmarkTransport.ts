import { Effect, Redacted, Schema } from "effect"
import { HttpClientRequest, HttpClientResponse } from "effect/http"
import { providerTransport } from "./providerTransport.ts"

const Taken = Schema.Struct({ MessageID: Schema.String })
const Complaint = Schema.fromJsonString(Schema.Struct({ ErrorCode: Schema.Int }))
const decodeComplaint = Schema.decodeUnknownOption(Complaint)

/** Codes that are about the address or the mail and not about our account. */
const aboutTheMail = [300, 406, 410]

/** Hands mails to Postmark (https://postmarkapp.com/developer/api/email-api, error codes in …/api/overview). */
export const postmarkTransport = (options: {
  readonly serverToken: Redacted.Redacted<string>
  /** Without a slash at the end. */
  readonly url?: string
}) => {
  const url = options.url ?? "https://api.postmarkapp.com"
  const authorized = (request: HttpClientRequest.HttpClientRequest) =>
    request.pipe(
      HttpClientRequest.setHeader("X-Postmark-Server-Token", Redacted.value(options.serverToken)),
      HttpClientRequest.acceptJson
    )
  return providerTransport({
    name: "Postmark",
    send: (mail) =>
      HttpClientRequest.post(`${url}/email`).pipe(
        authorized,
        HttpClientRequest.bodyJsonUnsafe({
          From: mail.from,
          To: mail.to,
          ReplyTo: mail.replyTo,
          Subject: mail.subject,
          TextBody: mail.text,
          HtmlBody: mail.html,
          Headers: Object.entries({ ...mail.headers, "Message-ID": mail.messageId, "X-PM-KeepID": "true" })
            .map(([Name, Value]) => ({ Name, Value })),
          MessageStream: "outbound"
        })
      ),
    taken: (response) => Effect.map(HttpClientResponse.schemaBodyJson(Taken)(response), ({ MessageID }) => MessageID),
    refuses: (status, body) => {
      const complaint = decodeComplaint(body)
      return status === 422 && complaint._tag === "Some" && aboutTheMail.includes(complaint.value.ErrorCode)
    },
    verify: HttpClientRequest.get(`${url}/server`).pipe(authorized),
    maySendOnly: () => false
  })
}
