import {
  AccessRule,
  Forbidden,
  IntegrationKey as IntegrationKeyAccess,
  NotFound,
  PayloadTooLarge,
  problemType,
  TenantNotServed,
  TooManyRequests,
  Unprocessable
} from "@innkeeper/platform/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiError, HttpApiGroup } from "effect/http-api"
import { InboundAlert } from "../alert/Alert.ts"
import { GenericAlert } from "./GenericAlert.ts"

/** The largest body a receiver takes, in bytes; PagerDuty's limit, which senders keep to. */
export const maximumBody = 512 * 1024

/** Committed. `incidentId` is null when the alert changed nothing, such as a resolve without an open incident. */
export const Accepted = Schema.Struct({
  status: Schema.tag("accepted"),
  dedupKey: InboundAlert.fields.dedupKey,
  incidentId: Schema.NullOr(Schema.String)
})

/** The body is not JSON, or not of the expected shape; `errors` names each field and what was expected. */
const problems = [
  HttpApiError.BadRequestProblem,
  Forbidden,
  NotFound,
  PayloadTooLarge,
  TenantNotServed,
  Unprocessable
] as const

/** As `TooManyRequests`, to a sender that tries again after 5xx alone. Nothing was accepted. */
export class LimitReached extends HttpApiError.Problem<LimitReached>()("LimitReached", {
  type: problemType("limit-reached"),
  status: 503,
  title: "Too many requests for now"
}, {
  /** Seconds until the next request is allowed. */
  retryAfter: Schema.Int
}) {}

const key = { key: Schema.String }

/** PagerDuty's answer to an accepted event. */
const EnqueueSuccess = Schema.Struct({
  status: Schema.tag("success"),
  message: Schema.String,
  dedup_key: Schema.String
}).annotate({ httpApiStatus: 202 })

/** PagerDuty's answer to an event it does not take. */
const EnqueueFailure = Schema.Struct({
  status: Schema.String,
  message: Schema.String,
  errors: Schema.Array(Schema.String)
})

/** Something is wrong with the event or the key; the tenant is not served, or has no on-call; or too many came. */
const EnqueueFailures = [
  EnqueueFailure.annotate({ httpApiStatus: 400 }),
  EnqueueFailure.annotate({ httpApiStatus: 403 }),
  EnqueueFailure.annotate({ httpApiStatus: 429 })
]

/** Where senders post. An answer of 202 means that everything in the body is committed. */
export class ReceiverApi extends HttpApiGroup.make("receivers")
  .add(
    /** Any tool. */
    HttpApiEndpoint.post("generic", "/in/:key", {
      params: key,
      payload: GenericAlert,
      success: Accepted.annotate({ httpApiStatus: 202 }),
      error: [...problems, TooManyRequests]
    }).annotate(AccessRule, IntegrationKeyAccess),
    /** Prometheus Alertmanager, `webhook_configs`. Identity is each alert's fingerprint. */
    HttpApiEndpoint.post("alertmanager", "/in/:key/alertmanager", {
      params: key,
      payload: Schema.Json,
      success: Schema.Struct({ status: Schema.tag("accepted"), alerts: Schema.Array(Accepted) })
        .annotate({ httpApiStatus: 202 }),
      error: [...problems, LimitReached]
    }).annotate(AccessRule, IntegrationKeyAccess),
    /** PagerDuty Events API v2; the integration key is the `routing_key`. */
    HttpApiEndpoint.post("enqueue", "/v2/enqueue", {
      payload: Schema.Json,
      success: EnqueueSuccess,
      error: [...EnqueueFailures, PayloadTooLarge]
    }).annotate(AccessRule, IntegrationKeyAccess),
    /** PagerDuty change events: checked and accepted, and they never page. */
    HttpApiEndpoint.post("enqueueChange", "/v2/change/enqueue", {
      payload: Schema.Json,
      success: EnqueueSuccess,
      error: [...EnqueueFailures, PayloadTooLarge]
    }).annotate(AccessRule, IntegrationKeyAccess)
  )
{}
