/** The lives of tenants on a running server. Tests only. */
import { Effect, FileSystem, Schedule } from "effect"
import { join } from "node:path"
import { programFolder } from "../Program.ts"
import type { RunningServer } from "./server.fixture.ts"

/** An operation as it is shown. */
export interface Operation {
  readonly id: string
  readonly status: string
  readonly problems: ReadonlyArray<string>
  readonly progress: { readonly done: number; readonly total: number } | null
}

/** What an admin does with a tenant of the server. */
export const lifeOf = (server: RunningServer, slug: string) => {
  const path = `/api/v1/admin/lifecycle/${slug}`
  const headers = { "x-admin-token": server.adminToken }
  const get = (rest = "") => Effect.map(server.ok("GET", `${path}${rest}`, { headers }), ({ json }) => json)
  const post = (rest: string, json: object) => server.call("POST", `${path}${rest}`, { headers, json })
  const tenant = Effect.map(get(), (json) => json as { readonly state: string; readonly operation: Operation })
  const ended = Effect.map(tenant, ({ operation }) => operation).pipe(
    Effect.repeat({
      until: ({ status }) => ["succeeded", "failed", "cancelled"].includes(status),
      schedule: Schedule.spaced("200 millis")
    })
  )
  const operate = (request: object) =>
    Effect.flatMap(
      server.ok("POST", `${path}/operations`, { headers, json: request }),
      ({ json }) => Effect.orDie(Effect.fromNullishOr((json as { readonly operation: Operation | null }).operation))
    )
  return { get, post, tenant, ended, operate, finish: (request: object) => Effect.andThen(operate(request), ended) }
}

const scriptedProgram = join(programFolder, "packages/platform/src/lifecycle/scriptedProvisioner.fixture.ts")

const lines = (text: string) => text.split("\n").filter((line) => line !== "")

/** A folder by which a test and the scripted provisioner know of each other, and what a server needs to run that. */
export const scriptedFolder = Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-provisioner-" })
  const write = (file: string, text: string) => fs.writeFileString(join(folder, file), text)
  const read = (file: string) =>
    Effect.map(Effect.orElseSucceed(fs.readFileString(join(folder, file)), () => ""), lines)
  const play = (script: "build" | "hold") => write("script.json", JSON.stringify({ script }))
  yield* play("build")
  return {
    env: { PROVISIONER: "render", PROVISIONER_PROGRAM: scriptedProgram, PROVISIONER_ENVIRONMENT: folder },
    play,
    letGo: write("go", ""),
    /** Lines of what it did: operation, action, slug, tier, service, backup. */
    effects: read("effects"),
    /** Numbers of the processes that began for an operation. */
    beganFor: ({ id }: Operation) =>
      Effect.map(
        read("began"),
        (began) => began.filter((line) => line.includes(id)).map((line) => line.split(" ")[0]!)
      ),
    /** Numbers of the processes that stopped because nobody held their standard input any more. */
    stopped: read("stopped")
  }
})
