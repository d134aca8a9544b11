import {
  AccessRule,
  Conflict,
  Forbidden,
  problemType,
  SignedLink,
  TenantNotServed,
  TooManyRequests
} from "@innkeeper/platform/api"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiError, HttpApiGroup } from "effect/http-api"
import { IncidentStatus } from "../incident/Incident.ts"

/** The link is damaged, was made by somebody else, is too old, or was sent to a person who is shut out now. */
export class LinkRefused extends HttpApiError.Problem<LinkRefused>()("LinkRefused", {
  type: problemType("link-refused"),
  status: 410,
  title: "This link cannot be used"
}, {
  reason: Schema.Literals(["expired", "invalid"])
}) {}

const Token = Schema.String.check(Schema.isMaxLength(2000))

/** What a link in a page would do, shown before it is done: mail scanners fetch links, people press buttons. */
export const LinkPreview = Schema.Struct({
  action: Schema.Literals(["acknowledge", "resolve"]),
  userName: Schema.String,
  incident: Schema.Struct({
    id: Schema.String,
    number: Schema.Int,
    title: Schema.String,
    serviceName: Schema.String,
    status: IncidentStatus,
    /** Who has acknowledged it, while it is acknowledged. `isYou`: the person whom the link was sent to. */
    holder: Schema.NullOr(Schema.Struct({ name: Schema.String, isYou: Schema.Boolean }))
  })
})

/** The signed links of a page. `preview` changes nothing; `use` acts on behalf of the person who was paged. */
export class LinkApi extends HttpApiGroup.make("links")
  .add(
    HttpApiEndpoint.post("preview", "/preview", {
      payload: Schema.Struct({ token: Token }),
      success: LinkPreview,
      error: [LinkRefused, Forbidden, TenantNotServed, TooManyRequests]
    }).annotate(AccessRule, SignedLink),
    HttpApiEndpoint.post("use", "/use", {
      payload: Schema.Struct({ token: Token }),
      success: LinkPreview,
      error: [LinkRefused, Conflict, Forbidden, TenantNotServed, TooManyRequests]
    }).annotate(AccessRule, SignedLink)
  )
  .prefix("/links")
{}
