import { ownerRole, OwnerSql } from "@innkeeper/database"
import { SetupApi } from "@innkeeper/oncall/api"
import { Context, Effect, FileSystem, Layer, Path } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { HttpApi, HttpApiClient, HttpApiMiddleware } from "effect/http-api"
import { randomBytes } from "node:crypto"
import { fileURLToPath } from "node:url"
import { temporaryDataFolder } from "../lib/dataFolder.ts"
import { freePort, startProgram } from "../lib/program.ts"
import { MailSink } from "./MailSink.ts"
import { tenant } from "./Tenant.ts"

class AdminApi extends HttpApi.make("innkeeper")
  .add(SetupApi)
  .prefix("/api/v1")
  .middleware(HttpApiMiddleware.ProblemDetails)
{}

/**
 * The server as `npm start` runs it, as a process of its own on a new data folder, with one tenant. It hands its mail to
 * the sink. Rate limits are as wide as they go; all else is the default.
 */
export class Innkeeper extends Context.Service<Innkeeper, {
  readonly pid: number
  /** Where alerts are posted to. */
  readonly alertUrl: string
}>()("bench/Innkeeper") {
  /** Gives `OwnerSql` as well, to look at what the server has stored. */
  static readonly layer = Layer.unwrap(Effect.suspend(() => start))
}

/** The server and the sink that its pages go to. */
export const innkeeperWithMail = Layer.provideMerge(Innkeeper.layer, MailSink.layer)

/** Where the server writes a CPU profile when it stops, for Chrome's or VS Code's viewer; none by default. */
export const ProfileFolder = Context.Reference<string | undefined>("bench/ProfileFolder", {
  defaultValue: () => undefined
})

const server = fileURLToPath(new URL("../../apps/server/src/main.ts", import.meta.url))

/** The folder of the database's socket: the fifth line of `postmaster.pid`. */
const socketOf = Effect.fnUntraced(function*(folder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const text = yield* fs.readFileString(path.join(folder, "postgres/data/postmaster.pid"))
  return text.split("\n")[4] ?? ""
})

const start = Effect.gen(function*() {
  const { url: smtpUrl } = yield* MailSink
  const profile = yield* ProfileFolder
  const folder = yield* temporaryDataFolder
  const port = yield* freePort
  const adminToken = randomBytes(32).toString("base64url")
  const url = `http://127.0.0.1:${port}`
  const { pid } = yield* startProgram({
    program: process.execPath,
    args: profile === undefined ? [server] : ["--cpu-prof", `--cpu-prof-dir=${profile}`, server],
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      INNKEEPER_DATA: folder,
      INNKEEPER_ADMIN_TOKEN: adminToken,
      PORT: String(port),
      SMTP_URL: smtpUrl,
      RATE_LIMIT_WEBHOOK: "10000000",
      RATE_LIMIT_ALERTS: "10000000",
      DEMO: "false"
    },
    ready: `${url}/health/ready`
  })
  const admin = yield* HttpApiClient.make(AdminApi, {
    baseUrl: url,
    transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader("x-admin-token", adminToken))
  })
  const { integrations } = yield* admin.setup.apply({ query: {}, payload: tenant })
  const socket = yield* socketOf(folder)
  return Layer.merge(
    Layer.succeed(Innkeeper, { pid, alertUrl: integrations[0]!.url }),
    OwnerSql.layer({ host: socket, username: ownerRole, database: "innkeeper" })
  )
})
