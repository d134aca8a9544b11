import { type Forbidden, NotFound, type TenantNotServed, type TooManyRequests } from "@innkeeper/platform/api"
import { Effect, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder, HttpApiError } from "effect/http-api"
import type { InboundAlert } from "../alert/Alert.ts"
import { OncallApi } from "../OncallApi.ts"
import { AlertmanagerWebhook, fromAlertmanager } from "./Alertmanager.ts"
import { fromGeneric } from "./Generic.ts"
import { GenericAlert } from "./GenericAlert.ts"
import { IntegrationKey } from "./Integration.ts"
import type { Door } from "./Integrations.ts"
import { fromPagerDuty, PagerDutyAction, PagerDutyChange, PagerDutyEvent } from "./PagerDuty.ts"
import { LimitReached } from "./ReceiverApi.ts"
import { decodeBody, fieldOf, parseJson, readJson, storable } from "./ReceiverBody.ts"
import { makeReception } from "./Reception.ts"

const decodeGeneric = decodeBody(GenericAlert, { strict: true })
const decodeAlertmanager = decodeBody(AlertmanagerWebhook, { strict: false })
const decodeAction = decodeBody(PagerDutyAction, { strict: false })
const decodeEvent = decodeBody(PagerDutyEvent, { strict: false })
const decodeChange = decodeBody(PagerDutyChange, { strict: false })

const HasRoutingKey = Schema.Struct({ routing_key: IntegrationKey })
const routingKeyOf = (document: Schema.Json) =>
  Option.map(Schema.decodeUnknownOption(HasRoutingKey)(document), ({ routing_key }) => routing_key)

const alertsOf = (document: Schema.Json): ReadonlyArray<Schema.Json> =>
  Option.match(Schema.decodeUnknownOption(Schema.Struct({ alerts: Schema.Array(Schema.Json) }))(document), {
    onNone: () => [],
    onSome: ({ alerts }) => alerts
  })

const acceptedJson = (body: Schema.Json) => HttpServerResponse.jsonUnsafe(body, { status: 202 })

/** PagerDuty's own words for an event that it does not take. */
const refused = (status: string, message: string, errors: ReadonlyArray<string>, code = 400) =>
  HttpServerResponse.jsonUnsafe({ status, message, errors }, { status: code })

const refusedFields = (problem: HttpApiError.BadRequestProblem) =>
  refused(
    "invalid event",
    "Event object is invalid",
    (problem.errors ?? []).map((error) => `'${fieldOf(error)}' ${error.message}`)
  )

const refusedTenant = ({ detail, title }: Forbidden | TenantNotServed) =>
  refused("forbidden", title, detail === undefined ? [] : [detail], 403)

const refusedForNow = (detail: string | undefined) =>
  refused(
    "throttle exceeded",
    "Requests for this service are arriving too quickly. Please retry later.",
    detail === undefined ? [] : [detail],
    429
  )

const invalidKey = refused("invalid key", "Invalid routing key", [
  "'routing_key' must be the 32-character key of an integration that has not been revoked"
])

export const ReceiverRoutes = HttpApiBuilder.group(
  OncallApi,
  "receivers",
  Effect.fnUntraced(function*(handlers) {
    const reception = yield* makeReception
    const { countUnknown, enter } = reception

    const enterOrNotFound = (key: string) =>
      Effect.flatMap(
        enter(key),
        Option.match({
          onNone: () =>
            Effect.fail(
              new NotFound({
                resource: "integration",
                detail: "The key in the address is not that of an integration, or it was revoked"
              })
            ),
          onSome: Effect.succeed
        })
      )

    /** Commits what came in by a door and tells, for each alert, its incident. */
    const accept = (door: Door, inbound: ReadonlyArray<InboundAlert>) =>
      Effect.map(
        reception.accept(door, inbound),
        (outcome) =>
          inbound.map(({ dedupKey }, index) => ({ status: "accepted", dedupKey, incidentId: outcome[index] ?? null }))
      )

    /**
     * PagerDuty's protocol around a body: its answers, its errors. The key stands in the body, of which nothing else is
     * looked at before it has let the sender in; what has none is counted.
     */
    const enqueue = Effect.fnUntraced(
      function*(
        request: HttpServerRequest.HttpServerRequest,
        process: (
          document: Schema.Json,
          door: Door
        ) => Effect.Effect<
          string,
          HttpApiError.BadRequestProblem | TooManyRequests,
          HttpServerRequest.HttpServerRequest
        >
      ) {
        const document = yield* Effect.tapError(parseJson(request), () => countUnknown)
        const key = routingKeyOf(document)
        const door = Option.isNone(key) ? yield* Effect.as(countUnknown, Option.none()) : yield* enter(key.value)
        if (Option.isNone(door)) return invalidKey
        yield* storable(document)
        const dedup_key = yield* process(document, door.value)
        return acceptedJson({ status: "success", message: "Event processed", dedup_key })
      },
      Effect.catchTags({
        BadRequestProblem: (problem) => Effect.succeed(refusedFields(problem)),
        Forbidden: (problem) => Effect.succeed(refusedTenant(problem)),
        TenantNotServed: (problem) => Effect.succeed(refusedTenant(problem)),
        TooManyRequests: ({ detail }) => Effect.succeed(refusedForNow(detail))
      })
    )

    return handlers
      .handleRaw("generic", ({ params, request }) =>
        Effect.gen(function*() {
          const door = yield* enterOrNotFound(params.key)
          const document = yield* readJson(request)
          const body = yield* decodeGeneric(document)
          const [answer] = yield* accept(door, [fromGeneric(body, document)])
          return acceptedJson(answer ?? null)
        }))
      .handleRaw("alertmanager", ({ params, request }) =>
        Effect.gen(function*() {
          const door = yield* enterOrNotFound(params.key)
          const document = yield* readJson(request)
          const body = yield* decodeAlertmanager(document)
          const answers = yield* accept(door, fromAlertmanager(body, alertsOf(document)))
          return acceptedJson({ status: "accepted", alerts: answers })
        }).pipe(
          Effect.catchTag("TooManyRequests", ({ detail, retryAfter }) =>
            Effect.fail(new LimitReached({ detail: `Nothing was accepted. ${detail}`, retryAfter })))
        ))
      .handleRaw("enqueue", ({ request }) =>
        enqueue(request, (document, door) =>
          Effect.gen(function*() {
            yield* decodeAction(document)
            const event = yield* decodeEvent(document)
            const dedupKey = event.dedup_key || SecureRandom.uuidV7Unsafe()
            yield* accept(door, [fromPagerDuty(event, dedupKey, document)])
            return dedupKey
          })))
      .handleRaw(
        "enqueueChange",
        ({ request }) => enqueue(request, (document) => Effect.as(decodeChange(document), SecureRandom.uuidV7Unsafe()))
      )
  })
)
