import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { AccessRule, needs, Role, SignedIn } from "../access/Access.ts"
import { Authorization } from "../access/Authorization.ts"
import { Conflict, Forbidden, NotFound, TooManyRequests, Unprocessable } from "../access/Problems.ts"
import { EmailAddress, Name, Text } from "../access/Text.ts"
import { ContactMethod, ContactMethodId, User, UserId } from "./User.ts"

export const NewUser = Schema.Struct({
  name: Name,
  email: EmailAddress,
  role: Role,
  timeZone: Schema.optionalKey(Schema.String)
})

export const UserChange = Schema.Struct({
  name: Schema.optionalKey(Name),
  role: Schema.optionalKey(Role),
  timeZone: Schema.optionalKey(Schema.String),
  active: Schema.optionalKey(Schema.Boolean)
})

export const PasswordChange = Schema.Struct({
  password: Schema.String.check(Schema.isMinLength(12), Schema.isMaxLength(1024)),
  /** Needed from those who change their own. */
  currentPassword: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(1024)))
})

export const NewContactMethod = Schema.Struct({
  kind: Schema.Literals(["email", "webhook"]),
  address: Text(2000)
})

/** A new contact method. `secret` (Standard Webhooks, `whsec_…`) is told once, for webhooks only. */
export const CreatedContactMethod = Schema.Struct({
  contactMethod: ContactMethod,
  secret: Schema.NullOr(Schema.String)
})

/**
 * People. A person may change their own name, zone and contact methods; the rest needs `users:write`. A role is given, and
 * what decides who signs in and who is told of pages is changed, only by those who hold all that the role implies.
 */
export class UserApi extends HttpApiGroup.make("users")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(User) }).annotate(AccessRule, needs("users:read")),
    HttpApiEndpoint.get("get", "/:id", { params: { id: UserId }, success: User, error: NotFound })
      .annotate(AccessRule, needs("users:read")),
    HttpApiEndpoint.post("create", "/", {
      payload: NewUser,
      success: User,
      error: [Forbidden, Conflict, Unprocessable]
    })
      .annotate(AccessRule, needs("users:write")),
    HttpApiEndpoint.patch("update", "/:id", {
      params: { id: UserId },
      payload: UserChange,
      success: User,
      error: [NotFound, Forbidden, Conflict, Unprocessable]
    }).annotate(AccessRule, SignedIn),
    HttpApiEndpoint.put("setPassword", "/:id/password", {
      params: { id: UserId },
      payload: PasswordChange,
      success: HttpApiSchema.NoContent,
      error: [NotFound, Forbidden, Unprocessable, TooManyRequests]
    }).annotate(AccessRule, SignedIn),
    HttpApiEndpoint.post("addContactMethod", "/:id/contact-methods", {
      params: { id: UserId },
      payload: NewContactMethod,
      success: CreatedContactMethod,
      error: [NotFound, Forbidden, Conflict, Unprocessable]
    }).annotate(AccessRule, SignedIn),
    HttpApiEndpoint.delete("removeContactMethod", "/:id/contact-methods/:contactMethodId", {
      params: { id: UserId, contactMethodId: ContactMethodId },
      success: HttpApiSchema.NoContent,
      error: [NotFound, Forbidden]
    }).annotate(AccessRule, SignedIn)
  )
  .middleware(Authorization)
  .prefix("/users")
{}
