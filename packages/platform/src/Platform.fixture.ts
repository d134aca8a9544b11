/** The platform's services on a database of their own, with a real mail server. Tests only. */
import { TenantSlug } from "@innkeeper/config"
import { asTenant } from "@innkeeper/database"
import { Jobs, migrations as runtime, Outbox } from "@innkeeper/runtime"
import { makeTenant, SmtpSink, TestDatabase } from "@innkeeper/testkit"
import { Effect, Layer, Redacted, Schema } from "effect"
import { RateLimiter } from "effect/persistence"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Role } from "./access/Access.ts"
import { Users } from "./identity/Users.ts"
import { Mailer } from "./mail/Mailer.ts"
import { smtpTransport } from "./mail/smtpTransport.ts"
import { migrations } from "./Migrations.ts"
import { platformServices } from "./PlatformServices.ts"
import type { WebhookSource } from "./webhook/WebhookSource.ts"

export const publicUrl = "https://innkeeper.example.com"

/** Made by the first test of a process that archives. */
export const archiveFolder = join(tmpdir(), `innkeeper-archives-${process.pid}`)

const mailer = Mailer.layer({ from: "Innkeeper <bell@example.com>" }).pipe(
  Layer.provide(Layer.unwrap(Effect.map(SmtpSink, ({ url }) => smtpTransport({ url: Redacted.make(url) }))))
)

/** Every service of the platform, and the database and the mail server to look at what they did. */
export const platformWith = (options: {
  readonly allowInside: boolean
  readonly webhookSources?: ReadonlyArray<WebhookSource>
}) =>
  platformServices({
    publicUrl,
    secret: Redacted.make("a secret of at least thirty-two characters"),
    limits: { api: 10_000, public: 10_000, signIn: 10_000 },
    archiveFolder,
    ...options
  }).pipe(
    Layer.provideMerge(Layer.mergeAll(
      mailer,
      Jobs.layer,
      Outbox.layer,
      RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))
    )),
    Layer.provideMerge(Layer.mergeAll(SmtpSink.layer, TestDatabase.layer([runtime, migrations])))
  )

/** The platform as it runs in production. */
export const platformLayer = platformWith({ allowInside: false })

export const slugOf = Schema.decodeUnknownSync(TenantSlug)

/** A password that every person of `makePerson` has. */
export const password = Redacted.make("correct horse battery staple")

/** Enters a person of a tenant, who signs in with `password`. */
export const makePerson = Effect.fn("makePerson")(
  function*(tenant: Effect.Success<ReturnType<typeof makeTenant>>, email: string, role: Role = "responder") {
    const users = yield* Users
    const name = `${email.split("@", 1)[0]}`
    return yield* users.create({ name, email, role }).pipe(
      Effect.tap(({ id }) => users.setPassword(id, password)),
      asTenant(tenant),
      Effect.orDie
    )
  }
)

/** Two tenants, `acme` and `globex` with the suffix, and an admin of each: ada-… and bob-…. */
export const twoTenants = Effect.fn("twoTenants")(function*(suffix: string) {
  const acme = yield* makeTenant(`acme-${suffix}`)
  const globex = yield* makeTenant(`globex-${suffix}`)
  const ada = yield* makePerson(acme, `ada-${suffix}@example.com`, "admin")
  const bob = yield* makePerson(globex, `bob-${suffix}@example.com`, "admin")
  return { acme, globex, ada, bob }
})
