import { Context, Schema } from "effect"

/**
 * Who acts as the platform's admin: a program that sends the admin token, or the session that was opened with it. There is
 * one token, so a session is told from others by its id and its address alone.
 */
export class AdminActor extends Schema.Class<AdminActor>("platform/AdminActor")({
  kind: Schema.Literals(["token", "session"]),
  /** Id of the session; null for the token itself. */
  sessionId: Schema.NullOr(Schema.String)
}) {}

/** The admin on whose behalf a request runs. Provided by `AdminAuthorization`. */
export class CurrentAdmin extends Context.Service<CurrentAdmin, AdminActor>()("platform/CurrentAdmin") {}
