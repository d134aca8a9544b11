import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { createServer } from "node:http"
import { garageScript } from "./garageJob.ts"

const node = "a".repeat(64)
const bucket = "b".repeat(64)

/** Garage's admin API as far as the script uses it (https://garagehq.deuxfleurs.fr/api/garage-admin-v2.html). */
const fakeGarage = Effect.acquireRelease(
  Effect.callback<
    { readonly url: string; readonly calls: Array<string>; readonly server: ReturnType<typeof createServer> }
  >((resume) => {
    const calls: Array<string> = []
    const there = new Set<string>()
    const answers: Readonly<Record<string, (body: string) => unknown>> = {
      GetClusterLayout: () => ({ version: there.has("layout") ? 1 : 0, roles: [], partitionSize: 0 }),
      GetNodeInfo: () => ({ success: { [node]: { nodeId: node, garageVersion: "v2.2.0" } }, error: {} }),
      UpdateClusterLayout: () => ({ version: 0 }),
      ApplyClusterLayout: () => (there.add("layout"), { message: [] }),
      GetKeyInfo: () => there.has("key") ? { accessKeyId: "GK1" } : undefined,
      ImportKey: () => (there.add("key"), { accessKeyId: "GK1" }),
      GetBucketInfo: () => there.has("bucket") ? { id: bucket, created: "now", globalAliases: ["backups"] } : undefined,
      CreateBucket: () => (there.add("bucket"), { id: bucket }),
      AllowBucketKey: () => ({ id: bucket })
    }
    const server = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk) => (body += chunk))
      request.on("end", () => {
        const name = /^\/v2\/(\w+)/.exec(request.url ?? "")?.[1] ?? ""
        if (request.headers.authorization !== "Bearer token") return response.writeHead(403).end()
        if (request.method === "POST") calls.push(`${name} ${JSON.stringify(JSON.parse(body))}`)
        const answer = answers[name]?.(body)
        response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer, undefined, 2))
      })
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, calls, server }))
    })
  }),
  ({ server }) => Effect.sync(() => server.close())
)

const run = (admin: string, token = "token") =>
  Effect.callback<number | null>((resume) => {
    const child = spawn("sh", ["-c", garageScript], {
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        ADMIN: admin,
        GARAGE_ADMIN_TOKEN: token,
        BUCKET: "backups",
        CAPACITY: "1000000",
        ACCESS_KEY: "GK1",
        SECRET_KEY: "secret"
      },
      stdio: "ignore"
    })
    child.once("close", (code) => resume(Effect.succeed(code)))
    return Effect.sync(() => child.kill())
  })

describe("the job that sets Garage up", () => {
  it.effect("gives it a layout, a key, a bucket and the right to it, and none of them twice", () =>
    Effect.gen(function*() {
      const { calls, url } = yield* fakeGarage
      assert.strictEqual(yield* run(url), 0)
      const allow =
        `AllowBucketKey {"bucketId":"${bucket}","accessKeyId":"GK1","permissions":{"read":true,"write":true,"owner":false}}`
      assert.deepStrictEqual(calls, [
        `UpdateClusterLayout {"roles":[{"id":"${node}","zone":"cluster","capacity":1000000,"tags":[]}]}`,
        "ApplyClusterLayout {\"version\":1}",
        "ImportKey {\"name\":\"backups\",\"accessKeyId\":\"GK1\",\"secretAccessKey\":\"secret\"}",
        "CreateBucket {\"globalAlias\":\"backups\"}",
        allow
      ])
      calls.length = 0
      assert.strictEqual(yield* run(url), 0)
      assert.deepStrictEqual(calls, [allow])
    }).pipe(Effect.scoped))

  it.effect("ends with an error when it is not let in", () =>
    Effect.gen(function*() {
      const { url } = yield* fakeGarage
      assert.notStrictEqual(yield* run(url, "another"), 0)
    }).pipe(Effect.scoped))
})
