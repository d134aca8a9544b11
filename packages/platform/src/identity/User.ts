import { Uuid } from "@innkeeper/config"
import { Schema } from "effect"
import { Role } from "../access/Access.ts"
import { EmailAddress, Name } from "../access/Text.ts"

export const UserId = Uuid.pipe(Schema.brand("UserId"))
export type UserId = typeof UserId.Type

export const ContactMethodId = Uuid.pipe(Schema.brand("ContactMethodId"))
export type ContactMethodId = typeof ContactMethodId.Type

/** A way to reach a person. A `webhook` is called with Standard Webhooks signatures. */
export class ContactMethod extends Schema.Class<ContactMethod>("platform/ContactMethod")({
  id: ContactMethodId,
  kind: Schema.Literals(["email", "webhook"]),
  /** An email address, or an https URL. */
  address: Schema.String
}) {}

/** A person of the current tenant. */
export class User extends Schema.Class<User>("platform/User")({
  id: UserId,
  name: Name,
  email: EmailAddress,
  role: Role,
  /** IANA zone in which this person reads times. */
  timeZone: Schema.String,
  platformAdmin: Schema.Boolean,
  contactMethods: Schema.Array(ContactMethod),
  createdAt: Schema.DateTimeUtcFromString,
  lastSeenAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  /** Set when the person may no longer sign in or be paged. */
  deactivatedAt: Schema.NullOr(Schema.DateTimeUtcFromString)
}) {}

/** Who did something, as shown on timelines and in the audit log. */
export class Actor extends Schema.Class<Actor>("platform/Actor")({
  kind: Schema.Literals(["user", "api-key", "integration", "link", "system"]),
  id: Schema.NullOr(Schema.String),
  name: Schema.String
}) {}
