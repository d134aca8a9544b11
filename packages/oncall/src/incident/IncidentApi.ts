import {
  AccessRule,
  Authorization,
  Conflict,
  needs,
  NeedsFeature,
  NotFound,
  Page,
  pageQuery,
  Text,
  Unprocessable
} from "@innkeeper/platform/api"
import { Schema, SchemaTransformation } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { Alert, Priority } from "../alert/Alert.ts"
import { Notification } from "../notification/Notification.ts"
import { ServiceId } from "../service/Service.ts"
import { Assignment, Incident, IncidentId, IncidentStatus, NewIncident, Note, TimelineEntry } from "./Incident.ts"

const one = { params: { id: IncidentId } }

/** A comma-separated list in a query, such as `status=triggered,acknowledged`. */
const csv = <A extends string>(item: Schema.Codec<A, string>) =>
  Schema.optionalKey(
    Schema.String.pipe(Schema.decodeTo(
      Schema.Array(item),
      SchemaTransformation.transform({
        decode: (text: string): ReadonlyArray<string> => text.split(","),
        encode: (items) => items.join(",")
      })
    ))
  )

export class IncidentApi extends HttpApiGroup.make("incidents")
  .add(
    HttpApiEndpoint.get("list", "/", {
      query: {
        status: csv(IncidentStatus),
        priority: csv(Priority),
        serviceId: Schema.optionalKey(ServiceId),
        /** Words of the title, the source, the labels or the dedup key; or a number, which with `#`, as in `#142`, is meant alone. */
        text: Schema.optionalKey(Text(200)),
        ...pageQuery
      },
      success: Page(Incident)
    }).annotate(AccessRule, needs("incidents:read")),
    HttpApiEndpoint.post("open", "/", { payload: NewIncident, success: Incident, error: Unprocessable })
      .annotate(AccessRule, needs("incidents:write")),
    HttpApiEndpoint.get("get", "/:id", { ...one, success: Incident, error: NotFound })
      .annotate(AccessRule, needs("incidents:read")),
    HttpApiEndpoint.get("timeline", "/:id/timeline", { ...one, success: Schema.Array(TimelineEntry), error: NotFound })
      .annotate(AccessRule, needs("incidents:read")),
    HttpApiEndpoint.get("alerts", "/:id/alerts", { ...one, query: pageQuery, success: Page(Alert), error: NotFound })
      .annotate(AccessRule, needs("incidents:read")),
    HttpApiEndpoint.get("notifications", "/:id/notifications", {
      ...one,
      success: Schema.Array(Notification),
      error: NotFound
    }).annotate(AccessRule, needs("incidents:read")),
    HttpApiEndpoint.post("acknowledge", "/:id/acknowledge", { ...one, success: Incident, error: [NotFound, Conflict] })
      .annotate(AccessRule, needs("incidents:write")),
    HttpApiEndpoint.post("resolve", "/:id/resolve", {
      ...one,
      payload: Schema.Struct({ note: Schema.optionalKey(Note) }),
      success: Incident,
      error: [NotFound, Conflict]
    }).annotate(AccessRule, needs("incidents:write")),
    HttpApiEndpoint.post("reassign", "/:id/reassign", {
      ...one,
      payload: Schema.Struct({ to: Assignment }),
      success: Incident,
      error: [NotFound, Conflict, Unprocessable]
    }).annotate(AccessRule, needs("incidents:write")),
    HttpApiEndpoint.post("note", "/:id/notes", {
      ...one,
      payload: Schema.Struct({ text: Note }),
      success: TimelineEntry,
      error: NotFound
    }).annotate(AccessRule, needs("incidents:write")),
    HttpApiEndpoint.put("setPriority", "/:id/priority", {
      ...one,
      payload: Schema.Struct({ priority: Priority }),
      success: Incident,
      error: [NotFound, Conflict]
    }).annotate(AccessRule, needs("incidents:write"))
  )
  .middleware(Authorization)
  .annotateEndpoints(NeedsFeature, "oncall")
  .prefix("/incidents")
{}
