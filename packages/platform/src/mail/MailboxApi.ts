import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AccessRule, SignedIn } from "../access/Access.ts"
import { Authorization } from "../access/Authorization.ts"
import { NotFound } from "../access/Problems.ts"

/** A mail that the development catcher received over SMTP. */
export class CaughtMail extends Schema.Class<CaughtMail>("platform/CaughtMail")({
  id: Schema.String,
  receivedAt: Schema.DateTimeUtcFromString,
  from: Schema.String,
  to: Schema.Array(Schema.String),
  subject: Schema.String,
  text: Schema.NullOr(Schema.String),
  html: Schema.NullOr(Schema.String),
  headers: Schema.Array(Schema.Struct({ name: Schema.String, value: Schema.String }))
}) {}

/** The development mailbox. Outside development it answers 404. */
export class MailboxApi extends HttpApiGroup.make("mailbox")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(CaughtMail), error: NotFound })
      .annotate(AccessRule, SignedIn),
    HttpApiEndpoint.get("get", "/:id", { params: { id: Schema.String }, success: CaughtMail, error: NotFound })
      .annotate(AccessRule, SignedIn)
  )
  .middleware(Authorization)
  .prefix("/mailbox")
{}
