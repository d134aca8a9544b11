import type { TenantId } from "@innkeeper/config"
import { failureText, GuardedHttpClient, Mailer, signedHeaders, Signer, WebhookSecrets } from "@innkeeper/platform"
import { Clock, Context, Data, Effect, Layer, Schema } from "effect"
import { HttpBody, HttpClient, HttpClientRequest } from "effect/http"
import type { Delivery } from "./DeliveryStore.ts"
import { signLink } from "./Links.ts"
import { htmlOf, linkLifetime, type PageLinks, subjectOf, textOf, webhookOf } from "./PageContent.ts"

/**
 * A provider did not take a page. `permanent`: it never will. `away`: it would have taken no page, so that one that it takes
 * says that it may take this one.
 */
export class DeliveryFailed extends Schema.TaggedError<DeliveryFailed>()("DeliveryFailed", {
  permanent: Schema.Boolean,
  away: Schema.Boolean,
  answer: Schema.String
}) {}

/** Nobody needs the page any more that waited for its turn. It was not sent. */
export class PageUnwanted extends Data.TaggedError("PageUnwanted") {}

/** So long a webhook may take to answer. */
const patience = "15 seconds"

/** Of a tenant that was restored from a backup, to a server with another secret. */
const unsigned = "The webhook's signing secret cannot be read any more: remove this contact method and add it anew"

/** Hands pages to providers. One call is one attempt. */
export class Channels extends Context.Service<Channels, {
  /** Returns the provider's answer. A page that has to wait for its turn is sent unless `afterWaiting` fails, which runs then. */
  readonly send: (
    tenantId: TenantId,
    delivery: Delivery,
    afterWaiting: Effect.Effect<void, PageUnwanted>
  ) => Effect.Effect<string, DeliveryFailed | PageUnwanted>
}>()("oncall/Channels") {
  /** `publicUrl` is the address under which people reach the web UI, without a trailing slash. */
  static readonly layer = (options: { readonly publicUrl: string }) =>
    Layer.effect(
      Channels,
      Effect.gen(function*() {
        const mailer = yield* Mailer
        const signer = yield* Signer
        // What of an answer nobody reads would keep its connection open.
        const client = HttpClient.withScope(yield* GuardedHttpClient)
        const secrets = yield* WebhookSecrets

        const linksOf = Effect.fnUntraced(function*(tenantId: TenantId, delivery: Delivery) {
          const link = (action: "acknowledge" | "resolve") =>
            Effect.map(
              signLink(signer, {
                tenantId,
                incidentId: delivery.incidentId,
                userId: delivery.userId,
                userName: delivery.userName,
                action
              }, linkLifetime),
              (token) => `${options.publicUrl}/link#${token}`
            )
          const links: PageLinks = {
            incident: `${options.publicUrl}/incidents/${delivery.incidentId}`,
            acknowledge: yield* link("acknowledge"),
            resolve: yield* link("resolve")
          }
          return links
        })

        const mail = Effect.fnUntraced(function*(
          tenantId: TenantId,
          delivery: Delivery,
          links: PageLinks,
          afterWaiting: Effect.Effect<void, PageUnwanted>
        ) {
          const host = new URL(options.publicUrl).hostname
          const sent = yield* mailer.send({
            tenantId,
            to: delivery.address,
            subject: subjectOf(delivery),
            text: textOf(delivery, links),
            html: htmlOf(delivery, links),
            // The same page has the same id, so that a mailbox shows a repeated one once.
            messageId: `<${delivery.id}@${host}>`,
            headers: {
              "X-Priority": delivery.incident.priority === "critical" ? "1" : "3",
              "Auto-Submitted": "auto-generated",
              "References": `<${delivery.incidentId}@${host}>`
            }
          }, afterWaiting).pipe(
            Effect.catchTags({
              MailRefused: ({ answer }) => new DeliveryFailed({ permanent: true, away: false, answer }),
              MailDelayed: ({ answer, away }) => new DeliveryFailed({ permanent: false, away, answer })
            })
          )
          return sent.answer
        })

        const webhook = Effect.fnUntraced(function*(tenantId: TenantId, delivery: Delivery, links: PageLinks) {
          const secret = yield* secrets.ofContactMethod(tenantId, delivery.contactMethodId).pipe(
            Effect.catchTag("SealBroken", () => new DeliveryFailed({ permanent: true, away: false, answer: unsigned }))
          )
          const timestamp = Math.floor((yield* Clock.currentTimeMillis) / 1000)
          const body = JSON.stringify(webhookOf(delivery, links))
          const response = yield* HttpClientRequest.post(delivery.address).pipe(
            HttpClientRequest.setHeaders(signedHeaders({ id: delivery.id, timestamp, body }, [secret])),
            HttpClientRequest.setBody(HttpBody.text(body, "application/json")),
            client.execute,
            Effect.timeout(patience),
            Effect.mapError((error) =>
              new DeliveryFailed({ permanent: false, away: true, answer: failureText(error, patience) })
            )
          )
          const answer = `HTTP ${response.status}`
          if (response.status >= 200 && response.status < 300) return answer
          const again = response.status >= 500 || [408, 425, 429].includes(response.status)
          return yield* new DeliveryFailed({ permanent: !again, away: response.status >= 500, answer })
        }, Effect.scoped)

        const send = Effect.fn("Channels.send")(
          function*(tenantId: TenantId, delivery: Delivery, afterWaiting: Effect.Effect<void, PageUnwanted>) {
            const links = yield* linksOf(tenantId, delivery)
            return yield* delivery.kind === "email"
              ? mail(tenantId, delivery, links, afterWaiting)
              : webhook(tenantId, delivery, links)
          }
        )

        return Channels.of({ send })
      })
    )
}
