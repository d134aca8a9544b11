import type { ServerConfig } from "@innkeeper/config"
import { asTenant } from "@innkeeper/database"
import { Integrations, loadDemo } from "@innkeeper/oncall"
import { SetupDocument } from "@innkeeper/oncall/api"
import { Tenants, Users } from "@innkeeper/platform"
import { Console, Effect, FileSystem, Option, Redacted, Schema } from "effect"
import { join } from "node:path"
import { parse } from "yaml"
import type { Installation } from "./Installation.ts"
import { programFolder } from "./Program.ts"

/** How a person gets into the demonstration. */
export interface DemoAccess {
  readonly email: string
  readonly password: string
  /** Where a test alert is posted to; null when somebody revoked the integration. */
  readonly alertUrl: string | null
}

const readDocument = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const text = yield* fs.readFileString(join(programFolder, "demo/demo.yaml"))
  return yield* Schema.decodeUnknownEffect(SetupDocument)(parse(text))
}).pipe(Effect.orDie)

/**
 * Loads the demonstration into an empty installation. `loaded`: just now, and its story is still to be played.
 * Null when this installation has none.
 */
export const ensureDemo = Effect.fnUntraced(function*(config: ServerConfig, { demoPassword }: Installation) {
  if (!config.demo) return null
  const tenants = yield* Tenants
  const document = yield* readDocument
  const known = yield* tenants.bySlug(document.tenant.slug)
  if (Option.isNone(known) && (yield* tenants.list).length > 0) return null
  if (Option.isNone(known)) yield* Console.log(`Loading the demonstration: ${document.tenant.name} …`)
  const loaded = yield* Effect.orDie(loadDemo({ document, password: demoPassword }))
  const tenant = yield* Effect.orDie(Effect.flatMap(tenants.bySlug(document.tenant.slug), Effect.fromOption))
  const access = yield* demoAccess(demoPassword).pipe(asTenant(tenant.id))
  return access === null ? null : { access, tenant, loaded: Option.isSome(loaded) }
})

/** How a person gets into the current tenant as its admin. */
const demoAccess = Effect.fnUntraced(function*(password: Redacted.Redacted<string>) {
  const users = yield* Users
  const integrations = yield* Integrations
  const admin = (yield* users.list).find(({ role }) => role === "admin")
  if (admin === undefined) return null
  const door = (yield* integrations.list(true)).find(({ kind, revokedAt }) => kind === "generic" && revokedAt === null)
  return { email: admin.email, password: Redacted.value(password), alertUrl: door?.url ?? null } satisfies DemoAccess
})
