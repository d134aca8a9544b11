import { AccessRule, IntegrationKey as IntegrationKeyAccess, PayloadTooLarge } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"

/**
 * The longest part of a path that a router has to take: Opsgenie's aliases have up to 512 characters, each of which may
 * be nine in a URL.
 */
export const longestPathParameter = 512 * 9

const common = {
  /** Seconds that the answer took. */
  took: Schema.Finite,
  requestId: Schema.String
}

/** Opsgenie's answer to what it takes. Here it is committed by then, and the request id tells what came of it. */
const Taken = Schema.Struct({ result: Schema.String, ...common }).annotate({ httpApiStatus: 202 })

/** What came of a request that was taken. */
export const RequestStatus = Schema.Struct({
  success: Schema.Boolean,
  /** `Create`, `Acknowledge`, `Close` or `AddNote`. */
  action: Schema.String,
  processedAt: Schema.String,
  integrationId: Schema.String,
  isSuccess: Schema.Boolean,
  status: Schema.String,
  /** The incident's id; empty when there was none to act on. */
  alertId: Schema.String,
  alias: Schema.String
})

const Failure = Schema.Struct({
  message: Schema.String,
  ...common,
  /** What is wrong with each field. */
  errors: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
})

const failures = [
  ...[400, 401, 403, 404, 422, 429].map((httpApiStatus) => Failure.annotate({ httpApiStatus })),
  PayloadTooLarge
] as const

const one = {
  params: { identifier: Schema.String },
  query: { identifierType: Schema.optionalKey(Schema.String) },
  payload: Schema.Json,
  success: Taken,
  error: failures
}

/** Opsgenie's Alert API, for senders that speak it; the integration key stands in `Authorization: GenieKey …`. */
export class OpsgenieApi extends HttpApiGroup.make("opsgenie")
  .add(
    HttpApiEndpoint.post("createAlert", "/v2/alerts", { payload: Schema.Json, success: Taken, error: failures })
      .annotate(AccessRule, IntegrationKeyAccess),
    HttpApiEndpoint.post("closeAlert", "/v2/alerts/:identifier/close", one)
      .annotate(AccessRule, IntegrationKeyAccess),
    HttpApiEndpoint.post("acknowledgeAlert", "/v2/alerts/:identifier/acknowledge", one)
      .annotate(AccessRule, IntegrationKeyAccess),
    HttpApiEndpoint.post("addNote", "/v2/alerts/:identifier/notes", one)
      .annotate(AccessRule, IntegrationKeyAccess),
    HttpApiEndpoint.get("requestStatus", "/v2/alerts/requests/:requestId", {
      params: { requestId: Schema.String },
      success: Schema.Struct({ data: RequestStatus, ...common }),
      error: failures
    }).annotate(AccessRule, IntegrationKeyAccess)
  )
{}
