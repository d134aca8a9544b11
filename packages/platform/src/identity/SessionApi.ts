import { TenantId, TenantSlug } from "@innkeeper/config"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiError, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { AccessRule, Public, SignedIn } from "../access/Access.ts"
import { Authorization, Principal } from "../access/Authorization.ts"
import { Forbidden, problemType, TooManyRequests, Unauthorized } from "../access/Problems.ts"
import { EmailAddress } from "../access/Text.ts"
import { TenantNotServed } from "../tenant/TenantNotServed.ts"
import { User } from "./User.ts"

/** Several organisations know this address and password; the person must name one. */
export class OrganisationNeeded extends HttpApiError.Problem<OrganisationNeeded>()("OrganisationNeeded", {
  type: problemType("organisation-needed"),
  status: 409,
  title: "Name your organisation"
}) {}

/** What the web UI needs to know about who is signed in, and where. */
export class Me extends Schema.Class<Me>("platform/Me")({
  principal: Principal,
  user: Schema.NullOr(User),
  tenant: Schema.Struct({ id: TenantId, slug: TenantSlug, name: Schema.String, timeZone: Schema.String }),
  /** True in development: the mailbox of caught mail can be read. */
  mailbox: Schema.Boolean,
  version: Schema.String
}) {}

export class SessionApi extends HttpApiGroup.make("session")
  .add(
    HttpApiEndpoint.get("me", "/", { success: Me }).middleware(Authorization).annotate(AccessRule, SignedIn),
    /** Whatever became of the session: one that is over, or whose organisation is not served, is left behind too. */
    HttpApiEndpoint.delete("signOut", "/", { success: HttpApiSchema.NoContent, error: Forbidden })
      .annotate(AccessRule, Public),
    HttpApiEndpoint.post("signIn", "/", {
      payload: Schema.Struct({
        email: EmailAddress,
        password: Schema.String.check(Schema.isMaxLength(1024)),
        organisation: Schema.optionalKey(TenantSlug)
      }),
      success: HttpApiSchema.NoContent,
      error: [Unauthorized, Forbidden, OrganisationNeeded, TenantNotServed, TooManyRequests]
    }).annotate(AccessRule, Public),
    HttpApiEndpoint.post("requestMagicLink", "/magic-link", {
      payload: Schema.Struct({ email: EmailAddress }),
      success: HttpApiSchema.NoContent,
      error: [Forbidden, TooManyRequests]
    }).annotate(AccessRule, Public),
    HttpApiEndpoint.post("redeemMagicLink", "/magic-link/redeem", {
      payload: Schema.Struct({ token: Schema.String.check(Schema.isMaxLength(2000)) }),
      success: HttpApiSchema.NoContent,
      error: [Unauthorized, Forbidden, TenantNotServed, TooManyRequests]
    }).annotate(AccessRule, Public)
  )
  .prefix("/session")
{}
