import type { ServerConfig } from "@innkeeper/config"
import { DataFolderDenied, makeFolder } from "@innkeeper/database"
import { Effect, FileSystem, Path, Redacted, Schema } from "effect"
import { randomBytes } from "node:crypto"

/** What this installation keeps to itself. */
export interface Installation {
  /** Signs links and seals stored secrets. */
  readonly secret: Redacted.Redacted<string>
  /** Opens the admin API; absent when the environment gives none in production. */
  readonly adminToken: Redacted.Redacted<string> | undefined
  /** Password of the demonstration's people. */
  readonly demoPassword: Redacted.Redacted<string>
}

const Kept = Schema.fromJsonString(
  Schema.Struct({ secret: Schema.String, adminToken: Schema.String, demoPassword: Schema.String })
)

const token = () => randomBytes(32).toString("base64url")

/** Readable aloud, and with 60 random bits. */
const password = () => [...randomBytes(12)].map((byte) => "abcdefghijkmnpqrstuvwxyz23456789"[byte % 32]).join("")

/**
 * The secrets of the environment. In development those it does not give are made once and kept in the data folder, which
 * only its owner can read.
 */
export const openInstallation = Effect.fnUntraced(function*(config: ServerConfig) {
  const { admin: { token: adminToken }, environment, security: { secret } } = config
  if (environment === "production") {
    // The environment contract refuses production without them.
    return {
      secret: secret ?? Redacted.make(token()),
      adminToken,
      demoPassword: Redacted.make(password())
    } satisfies Installation
  }
  const kept = yield* keep(config.dataFolder).pipe(
    Effect.catchTags({
      PlatformError: () => new DataFolderDenied({ folder: config.dataFolder }),
      SchemaError: Effect.die
    })
  )
  return {
    secret: secret ?? Redacted.make(kept.secret),
    adminToken: adminToken ?? Redacted.make(kept.adminToken),
    demoPassword: Redacted.make(kept.demoPassword)
  } satisfies Installation
})

const keep = Effect.fnUntraced(function*(dataFolder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(dataFolder, "secrets.json")
  yield* makeFolder(dataFolder)
  if (!(yield* fs.exists(file))) {
    const made = yield* Schema.encodeEffect(Kept)({ secret: token(), adminToken: token(), demoPassword: password() })
    // Of several processes that start at once one makes them; the others find them whole.
    const beside = `${file}.${process.pid}`
    yield* fs.writeFileString(beside, made, { mode: 0o600 })
    yield* Effect.ignore(fs.link(beside, file))
    yield* fs.remove(beside)
  }
  return yield* Effect.flatMap(fs.readFileString(file), Schema.decodeEffect(Kept))
})

/** Tells the command line on this machine where the server is and how to get in. Development only. */
export const writeCommandLineAccess = Effect.fnUntraced(function*(config: ServerConfig, installation: Installation) {
  if (config.environment === "production" || installation.adminToken === undefined) return
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const access = { url: config.http.publicUrl, adminToken: Redacted.value(installation.adminToken) }
  yield* fs.writeFileString(path.join(config.dataFolder, "cli.json"), `${JSON.stringify(access)}\n`, { mode: 0o600 })
})
