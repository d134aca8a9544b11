import type { ServerConfig } from "@innkeeper/config"
import { asTenant } from "@innkeeper/database"
import { Integrations, Setups } from "@innkeeper/oncall"
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

/** Loads the demonstration into an empty installation, and tells how to get in; null when there is none. */
export const ensureDemo = Effect.fnUntraced(function*(config: ServerConfig, { demoPassword }: Installation) {
  if (!config.demo) return null
  const tenants = yield* Tenants
  const setups = yield* Setups
  const users = yield* Users
  const integrations = yield* Integrations

  const document = yield* readDocument
  const found = yield* tenants.bySlug(document.tenant.slug)
  if (Option.isNone(found)) {
    if ((yield* tenants.list).length > 0) return null
    yield* Console.log(`Loading the demonstration: ${document.tenant.name} …`)
    yield* Effect.orDie(setups.apply(document))
  }
  const tenant = Option.getOrThrow(yield* tenants.bySlug(document.tenant.slug))

  return yield* Effect.gen(function*() {
    const people = yield* users.list
    if (Option.isNone(found)) {
      yield* Effect.forEach(people, ({ id }) => Effect.orDie(users.setPassword(id, demoPassword)), { discard: true })
    }
    const admin = people.find(({ role }) => role === "admin")
    if (admin === undefined) return null
    const door = (yield* integrations.list(true)).find(({ kind, revokedAt }) =>
      kind === "generic" && revokedAt === null
    )
    return {
      email: admin.email,
      password: Redacted.value(demoPassword),
      alertUrl: door?.url ?? null
    } satisfies DemoAccess
  }).pipe(asTenant(tenant.id))
})
