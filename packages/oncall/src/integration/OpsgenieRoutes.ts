import { asTenant, tenantWork } from "@innkeeper/database"
import type { Forbidden, PayloadTooLarge, TenantNotServed, TooManyRequests } from "@innkeeper/platform/api"
import { Duration, Effect, Option, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder, type HttpApiError } from "effect/http-api"
import { DedupKey } from "../alert/Alert.ts"
import { IncidentId } from "../incident/Incident.ts"
import { Incidents } from "../incident/Incidents.ts"
import { OncallApi } from "../OncallApi.ts"
import { dedupKeyOf } from "./dedupKeyOf.ts"
import type { Door } from "./Integrations.ts"
import {
  fromOpsgenie,
  fromOpsgenieAction,
  IdentifierType,
  noteText,
  OpsgenieAction,
  OpsgenieAlert,
  OpsgenieNote
} from "./Opsgenie.ts"
import { makeRequests } from "./OpsgenieRequests.ts"
import { findNamed, type IncidentName } from "./OpsgenieStore.ts"
import { decodeBody, fieldOf, readJson } from "./ReceiverBody.ts"
import { actorOf, makeReception } from "./Reception.ts"

const decodeAlert = decodeBody(OpsgenieAlert, { strict: false })
const decodeAction = decodeBody(OpsgenieAction, { strict: false })
const decodeNote = decodeBody(OpsgenieNote, { strict: false })

/** Something is wrong with a request; the answer in Opsgenie's words. */
class Refused extends Schema.TaggedError<Refused>()("Refused", {
  status: Schema.Int,
  reason: Schema.String,
  errors: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
}) {}

const unprocessable = (errors: Readonly<Record<string, string>>) =>
  new Refused({ status: 422, reason: "Request body is not processable. Please check the errors.", errors })

const refusal = ({ errors, reason, status }: Refused) => ({
  status,
  body: { message: reason, ...(errors === undefined ? {} : { errors }) }
})

const refusedTenant = ({ detail, title }: Forbidden | TenantNotServed) => ({
  status: 403,
  body: { message: detail ?? title }
})

const fieldsOf = ({ errors }: HttpApiError.BadRequestProblem) =>
  Object.fromEntries((errors ?? []).map((error) => [fieldOf(error), error.message]))

/** What is no JSON is a bad request; JSON that means nothing here is unprocessable. */
const readBody = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.catchTag(readJson(request), "BadRequestProblem", (problem) => {
    const errors = fieldsOf(problem)
    const isJson = (problem.errors ?? []).some(({ path }) => path.length > 1)
    return isJson
      ? unprocessable(errors)
      : new Refused({ status: 400, reason: "Request body is not valid JSON.", errors })
  })

const keyOf = ({ headers }: HttpServerRequest.HttpServerRequest) =>
  /^GenieKey +(\S+)$/i.exec(headers["authorization"] ?? "")?.[1] ?? ""

const asDedupKey = Schema.decodeOption(DedupKey)
const isUuid = Schema.is(IncidentId)

/** The incident that a path names; none when no incident can have that name. */
const nameOf = (identifier: string, type: IdentifierType): Option.Option<IncidentName> => {
  if (type === "alias") return Option.map(asDedupKey(dedupKeyOf(identifier)), (dedupKey) => ({ dedupKey }))
  if (type === "tiny") return /^\d{1,9}$/.test(identifier) ? Option.some({ number: Number(identifier) }) : Option.none()
  return isUuid(identifier) ? Option.some({ id: identifier }) : Option.none()
}

const decodeIdentifierType = (type: string | undefined) =>
  Effect.mapError(
    Schema.decodeUnknownEffect(IdentifierType)(type ?? "id"),
    () => unprocessable({ identifierType: "Identifier type should be one of [id, alias, tiny]" })
  )

interface Target {
  readonly dedupKey: string
  readonly incidentId?: IncidentId
}

interface Naming {
  readonly params: { readonly identifier: string }
  readonly query: { readonly identifierType?: string }
  readonly request: HttpServerRequest.HttpServerRequest
}

export const OpsgenieRoutes = HttpApiBuilder.group(
  OncallApi,
  "opsgenie",
  Effect.fnUntraced(function*(handlers) {
    const { acceptFor, enter } = yield* makeReception
    const incidents = yield* Incidents
    const requests = yield* makeRequests
    const { scoped } = yield* tenantWork

    const admitted = (request: HttpServerRequest.HttpServerRequest) =>
      Effect.flatMap(enter(keyOf(request)), (door) =>
        Option.isSome(door)
          ? Effect.succeed(door.value)
          : new Refused({ status: 401, reason: "Could not authenticate" }))

    /** Opsgenie's frame around what a request comes to: how long it took, and every refusal in its form. */
    const answered = Effect.fnUntraced(function*<R>(
      work: Effect.Effect<
        { readonly status: number; readonly body: object },
        | Refused
        | HttpApiError.BadRequestProblem
        | Forbidden
        | PayloadTooLarge
        | TenantNotServed
        | TooManyRequests,
        R
      >
    ) {
      const [duration, { body, status }] = yield* work.pipe(
        Effect.catchTags({
          BadRequestProblem: (problem) => Effect.succeed(refusal(unprocessable(fieldsOf(problem)))),
          Forbidden: (problem) => Effect.succeed(refusedTenant(problem)),
          Refused: (refused) => Effect.succeed(refusal(refused)),
          TenantNotServed: (problem) => Effect.succeed(refusedTenant(problem)),
          TooManyRequests: () => Effect.succeed({ status: 429, body: { message: "You are making too many requests!" } })
        }),
        Effect.timed
      )
      const took = Duration.toSeconds(duration)
      return HttpServerResponse.jsonUnsafe({ took, requestId: SecureRandom.uuidV7Unsafe(), ...body }, { status })
    })

    const taken = (requestId: string) => ({ status: 202, body: { result: "Request will be processed", requestId } })

    const findOpen = (door: Door, name: Option.Option<IncidentName>) =>
      Option.match(name, {
        onNone: () => Effect.succeedNone,
        onSome: (name) => scoped(findNamed(door, name)).pipe(asTenant(door.tenantId))
      })

    /** What an act is about: an alias finds what any alert with its key finds, every other name is that of one incident. */
    const targetOf = (door: Door, name: Option.Option<IncidentName>): Effect.Effect<Option.Option<Target>> =>
      Option.isSome(name) && "dedupKey" in name.value
        ? Effect.succeedSome(name.value)
        : Effect.map(findOpen(door, name), Option.map(({ dedupKey, id }) => ({ dedupKey, incidentId: id })))

    const create = Effect.fnUntraced(function*(request: HttpServerRequest.HttpServerRequest) {
      const door = yield* admitted(request)
      const document = yield* readBody(request)
      const body = yield* decodeAlert(document)
      const dedupKey = dedupKeyOf(body.alias || SecureRandom.uuidV7Unsafe())
      const alert = fromOpsgenie(body, dedupKey, document)
      const [incidentId = null] = yield* acceptFor(door, [{ serviceId: door.serviceId, alert }])
      return taken(yield* requests.idOf(door, { action: "Create", alias: body.alias || dedupKey, incidentId }))
    })

    const act = (action: "acknowledge" | "resolve") =>
      Effect.fnUntraced(function*({ params: { identifier }, query, request }: Naming) {
        const door = yield* admitted(request)
        const type = yield* decodeIdentifierType(query.identifierType)
        const document = yield* readBody(request)
        const body = yield* decodeAction(document)
        const target = yield* targetOf(door, nameOf(identifier, type))
        const [incidentId = null] = Option.isNone(target) ? [] : yield* acceptFor(door, [{
          serviceId: door.serviceId,
          alert: fromOpsgenieAction(action, body, target.value.dedupKey, document),
          incidentId: target.value.incidentId
        }])
        const alias = type === "alias"
          ? identifier
          : Option.match(target, { onNone: () => "", onSome: ({ dedupKey }) => dedupKey })
        return taken(
          yield* requests.idOf(door, { action: action === "resolve" ? "Close" : "Acknowledge", alias, incidentId })
        )
      })

    const addNote = Effect.fnUntraced(function*({ params: { identifier }, query, request }: Naming) {
      const door = yield* admitted(request)
      const type = yield* decodeIdentifierType(query.identifierType)
      const body = yield* decodeNote(yield* readBody(request))
      const found = yield* findOpen(door, nameOf(identifier, type))
      if (Option.isSome(found)) {
        yield* incidents.note(found.value.id, actorOf(door), noteText(body)).pipe(
          asTenant(door.tenantId),
          Effect.catchTag("NotFound", Effect.die)
        )
      }
      const { dedupKey, id: incidentId } = Option.getOrElse(found, () => ({ dedupKey: "", id: null }))
      const alias = type === "alias" ? identifier : dedupKey
      return taken(yield* requests.idOf(door, { action: "AddNote", alias, incidentId }))
    })

    const requestStatus = Effect.fnUntraced(
      function*(request: HttpServerRequest.HttpServerRequest, requestId: string) {
        const data = yield* requests.find(yield* admitted(request), requestId)
        if (Option.isNone(data)) {
          return yield* new Refused({ status: 404, reason: "Request not found. It might not be processed, yet." })
        }
        return { status: 200, body: { data: data.value, requestId } }
      }
    )

    const close = act("resolve")
    const acknowledge = act("acknowledge")

    return handlers
      .handleRaw("createAlert", ({ request }) => answered(create(request)))
      .handleRaw("closeAlert", (named) => answered(close(named)))
      .handleRaw("acknowledgeAlert", (named) => answered(acknowledge(named)))
      .handleRaw("addNote", (named) => answered(addNote(named)))
      .handleRaw("requestStatus", ({ params, request }) => answered(requestStatus(request, params.requestId)))
  })
)
