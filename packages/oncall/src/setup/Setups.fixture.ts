/** The set-up service on a database of its own, with everything that it goes through. Tests only. */
import { migrations as platformMigrations } from "@innkeeper/platform"
import {
  AdminAudit,
  Audit,
  Mailer,
  OutgoingGuard,
  Passwords,
  SecretBox,
  Sessions,
  smtpTransport,
  Teams,
  TenantConfigs,
  Tenants,
  TenantTerms,
  Users,
  WebhookSecrets
} from "@innkeeper/platform"
import { migrations as runtimeMigrations, Outbox } from "@innkeeper/runtime"
import { SmtpSink, TestDatabase } from "@innkeeper/testkit"
import { Effect, Layer, Redacted } from "effect"
import { EscalationPolicies } from "../escalation/EscalationPolicies.ts"
import { Integrations } from "../integration/Integrations.ts"
import { migrations } from "../Migrations.ts"
import { Schedules } from "../schedule/Schedules.ts"
import { Services } from "../service/Services.ts"
import { realClock } from "../testing.fixture.ts"
import { Setups } from "./Setups.ts"

const publicUrl = "https://innkeeper.example.com"

const mailer = Mailer.layer({ from: "Innkeeper <bell@example.com>" }).pipe(
  Layer.provide(Layer.unwrap(Effect.map(SmtpSink, ({ url }) => smtpTransport({ url: Redacted.make(url) }))))
)

/** Gives `Setups` and all that it stands on, to look at what it did. */
export const setupsLayer = Setups.layer.pipe(
  Layer.provideMerge(Integrations.layer({ publicUrl })),
  Layer.provideMerge(Layer.mergeAll(Schedules.layer, EscalationPolicies.layer, Services.layer)),
  Layer.provideMerge(Layer.mergeAll(Users.layer, Teams.layer, Tenants.layer, Sessions.layer({ publicUrl }))),
  Layer.provideMerge(TenantTerms.layer()),
  Layer.provideMerge(TenantConfigs.layer({ source: "database", ttlSeconds: 60 })),
  Layer.provideMerge(Layer.mergeAll(AdminAudit.layer, Audit.layer, Outbox.layer, WebhookSecrets.layer, mailer)),
  Layer.provideMerge(Layer.mergeAll(
    Passwords.layer,
    SecretBox.layer({ secret: Redacted.make("a secret of at least thirty-two characters") }),
    OutgoingGuard.layer({ allowInside: true }),
    SmtpSink.layer,
    TestDatabase.layer([runtimeMigrations, platformMigrations, migrations]).pipe(Layer.provide(realClock))
  ))
)
