import { assert, layer } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { Server } from "./server.fixture.ts"
import { makeTenant } from "./tenant.fixture.ts"

const Parameter = Schema.Struct({ name: Schema.String, in: Schema.Literals(["path", "query", "header", "cookie"]) })
const decodePaths = Schema.decodeUnknownSync(
  Schema.Struct({
    paths: Schema.Record(
      Schema.String,
      Schema.Struct({
        get: Schema.optionalKey(Schema.Struct({ parameters: Schema.optionalKey(Schema.Array(Parameter)) }))
      })
    )
  })
)

/** What a query may hold that no list of parameters foresees; as it is written in an address. */
const odd = [
  "",
  "%00",
  "a%00b",
  "%25_%5C'%22",
  "%F0%9F%98%80".repeat(60),
  "%ED%A0%80",
  "junk",
  "-1",
  "1e999",
  "999999999999999999999",
  "9999-12-31T23:59:59Z",
  "%2B275760-09-13T00%3A00%3A00.000Z",
  "00000000-0000-0000-0000-000000000000",
  "019a0000-0000-7000-8000-000000000001"
]

/** A path with its parameters filled in. */
const filled = (path: string, value: string) => path.replace(/\{\w+\}/g, value)

layer(Server.layer(), { excludeTestServices: true, timeout: "170 seconds" })("Whatever stands in an address", (it) => {
  it.effect("is answered, and never as if something had broken here", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const { admin } = yield* makeTenant(server, "odd")
      const { paths } = decodePaths((yield* server.ok("GET", "/openapi.json")).json)
      const nobody = "019a0000-0000-7000-8000-000000000001"
      const addresses = Object.entries(paths).flatMap(([path, { get }]) =>
        // The event stream has no end.
        get === undefined || path === "/api/v1/stream"
          ? []
          : [
            ...odd.slice(1).map((value) => path.includes("{") ? filled(path, value) : path),
            ...(get.parameters ?? []).flatMap((parameter) =>
              parameter.in === "query" ? odd.map((value) => `${filled(path, nobody)}?${parameter.name}=${value}`) : []
            )
          ]
      )
      assert.isAbove(addresses.length, 300)
      const broken = yield* Effect.forEach(
        new Set(addresses),
        (address) =>
          Effect.map(
            server.call("GET", address, {
              headers: address.startsWith("/api/v1/admin/") ? { "x-admin-token": server.adminToken } : admin
            }),
            ({ status }) => status >= 500 ? [`${status} ${address}`] : []
          ),
        { concurrency: 8 }
      )
      assert.deepStrictEqual(broken.flat(), [])
    }))
})
