import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { AccessRule, AdminToken, Public } from "../access/Access.ts"
import { Forbidden, TooManyRequests, Unauthorized, Unavailable } from "../access/Problems.ts"
import { AdminAuthorization } from "../tenant/AdminAuthorization.ts"
import { AdminActor } from "./AdminActor.ts"

/** The platform's admin as the console shows them. */
export class AdminMe extends Schema.Class<AdminMe>("platform/AdminMe")({
  actor: AdminActor,
  /** When the session ends by itself; null for the token itself, which has no end. */
  expiresAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  /** The program's version. */
  version: Schema.String
}) {}

/** The operators' console: the admin token is shown once, and a cookie of eight hours stands for it. */
export class AdminSessionApi extends HttpApiGroup.make("adminSession")
  .add(
    HttpApiEndpoint.get("me", "/", { success: AdminMe })
      .middleware(AdminAuthorization).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.delete("signOut", "/", { success: HttpApiSchema.NoContent })
      .middleware(AdminAuthorization).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("signIn", "/", {
      payload: Schema.Struct({ token: Schema.String.check(Schema.isMaxLength(1024)) }),
      success: HttpApiSchema.NoContent,
      error: [Unauthorized, Forbidden, Unavailable, TooManyRequests]
    }).annotate(AccessRule, Public)
  )
  .prefix("/admin/session")
{}
