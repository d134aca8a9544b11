import { TenantSlug } from "@innkeeper/config"
import { EmailAddress, Name, Role, Text } from "@innkeeper/platform/api"
import { Schema } from "effect"
import { IntegrationKey, IntegrationKind } from "../integration/Integration.ts"
import { Rotation, TimeZone } from "../schedule/Schedule.ts"
import { RoutingKey } from "../service/Service.ts"
import { Moment } from "./SetupMoment.ts"

const about = (description: string) => ({ description })

/** A person or a schedule, by the name it has in this document or in the tenant. */
const TargetRef = Schema.Union([
  Schema.Struct({ schedule: Name }),
  Schema.Struct({ user: EmailAddress })
]).annotate(about("Whom to page: a schedule by its name, or a person by email address"))

/**
 * A tenant as code. Things are told apart by name, people by email address, neither by case. References are names.
 *
 * What the document does not mention is left alone: things, and optional fields of things that exist. Contact methods
 * and overrides are added and never taken away; every other list is the whole list.
 */
export class SetupDocument extends Schema.Class<SetupDocument>("oncall/SetupDocument")({
  tenant: Schema.Struct({
    slug: TenantSlug.annotate(about("Short name in addresses; says which tenant the document is of and never changes")),
    name: Name,
    timeZone: Schema.optionalKey(
      TimeZone.annotateKey(about("IANA time zone such as Europe/London; UTC for a new tenant"))
    )
  }),
  users: Schema.optionalKey(Schema.Array(Schema.Struct({
    email: EmailAddress,
    name: Name,
    role: Role.annotate(about("admin: also configures; responder: answers incidents; observer: looks on")),
    timeZone: Schema.optionalKey(
      TimeZone.annotateKey(about("IANA zone, by region and city, in which this person reads times"))
    ),
    platformAdmin: Schema.optionalKey(
      Schema.Boolean.annotate(about("Whether this person hears when the platform itself needs somebody"))
    ),
    active: Schema.optionalKey(Schema.Boolean.annotate(about(
      "false: deactivated, so that this person cannot sign in, is not paged and keeps their turns"
    ))),
    invite: Schema.optionalKey(Schema.Boolean.annotate(about("Mail this person a link to sign in when they are new"))),
    contactMethods: Schema.optionalKey(
      Schema.Array(Schema.Struct({
        kind: Schema.Literals(["email", "webhook"]),
        address: Text(2000).annotateKey(about("An email address, or an https URL"))
      })).annotate(about("How this person is paged; nobody is paged without one"))
    )
  }))),
  teams: Schema.optionalKey(Schema.Array(Schema.Struct({
    name: Name,
    tags: Schema.optionalKey(Schema.Array(Name).check(Schema.isMaxLength(50))),
    leads: Schema.optionalKey(Schema.Array(EmailAddress)),
    members: Schema.optionalKey(Schema.Array(EmailAddress))
  }))),
  schedules: Schema.optionalKey(Schema.Array(Schema.Struct({
    name: Name,
    timeZone: TimeZone.annotateKey(about("IANA zone, by region and city, in whose wall-clock time hand-offs happen")),
    layers: Schema.Array(Schema.Struct({
      name: Name,
      rotation: Rotation,
      users: Schema.NonEmptyArray(EmailAddress).check(Schema.isMaxLength(100)).annotate(about("In the order of turns"))
    })).check(Schema.isMaxLength(10)).annotate(about("A later layer covers the earlier ones")),
    overrides: Schema.optionalKey(Schema.Array(Schema.Struct({ user: EmailAddress, start: Moment, end: Moment })))
  }))),
  escalationPolicies: Schema.optionalKey(Schema.Array(Schema.Struct({
    name: Name,
    steps: Schema.NonEmptyArray(Schema.Struct({
      targets: Schema.NonEmptyArray(TargetRef).check(Schema.isMaxLength(20)),
      timeoutSeconds: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 86_400 })).annotate(
        about("Seconds to wait for an acknowledgement before the next level is paged")
      )
    })).check(Schema.isMaxLength(20)),
    repeat: Schema.optionalKey(
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 })).annotate(about("Further passes after the first"))
    ),
    lastResort: Schema.optionalKey(
      Schema.Array(TargetRef).check(Schema.isMaxLength(20)).annotate(about("Paged once when nobody answered any pass"))
    ),
    acknowledgementTimeoutSeconds: Schema.optionalKey(
      Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 60, maximum: 604_800 }))).annotate(
        about(
          "Seconds after which an acknowledgement without a resolution expires; null: never, which is so for a new policy"
        )
      )
    )
  }))),
  services: Schema.optionalKey(Schema.Array(Schema.Struct({
    name: Name,
    description: Schema.optionalKey(Text(2000)),
    team: Name,
    routingKey: RoutingKey.annotate(about("Key by which an alert names this service")),
    escalationPolicy: Name
  }))),
  integrations: Schema.optionalKey(Schema.Array(Schema.Struct({
    name: Name,
    kind: IntegrationKind,
    service: Name.annotateKey(about("The service of alerts that name none")),
    key: Schema.optionalKey(IntegrationKey.annotate(about(
      "A key that senders already use, to keep it when moving from another tool; made when it is left out"
    )))
  })))
}) {}

/** One difference between a document and what is stored. */
export const SetupChange = Schema.Struct({
  action: Schema.Literals(["create", "update"]),
  /** Such as `service`. */
  kind: Schema.String,
  name: Schema.String,
  /** What differs, field by field; empty for `create`. */
  fields: Schema.Array(Schema.Struct({ field: Schema.String, before: Schema.Json, after: Schema.Json }))
})
export type SetupChange = typeof SetupChange.Type

/** What `apply` did, or with a dry run would do. */
export class SetupResult extends Schema.Class<SetupResult>("oncall/SetupResult")({
  tenantSlug: TenantSlug,
  dryRun: Schema.Boolean,
  changes: Schema.Array(SetupChange),
  /** Integrations of the document with their keys and addresses. In a dry run new ones are left out. */
  integrations: Schema.Array(Schema.Struct({
    name: Name,
    kind: IntegrationKind,
    key: Schema.String,
    url: Schema.String
  })),
  /** Secrets of webhooks that were made now; told once. */
  webhookSecrets: Schema.Array(Schema.Struct({ user: EmailAddress, address: Schema.String, secret: Schema.String })),
  /** People who were created now and how they get in: a link to set the first password. */
  invitations: Schema.Array(Schema.Struct({ user: EmailAddress, url: Schema.String }))
}) {}
