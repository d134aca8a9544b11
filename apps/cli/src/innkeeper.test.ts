import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { FetchHttpClient, HttpServer } from "effect/http"
import { parse } from "yaml"
import { commandLineLayer, makeFile, run, token } from "./innkeeper.fixture.ts"

const env = { INNKEEPER_ADMIN_TOKEN: token }

const inn = (slug: string, name = "Inn") =>
  makeFile("inn.yaml", `tenant: { slug: ${slug}, name: ${name} }\nservices: []\n`).pipe(Effect.map(({ file }) => file))

layer(commandLineLayer)("innkeeper", (it) => {
  it.effect("applies a document and prints what changed and where senders post to", () =>
    Effect.gen(function*() {
      const { failure, out } = yield* run(["apply", yield* inn("applies")], env)
      assert.isNull(failure)
      assert.deepStrictEqual(out.split("\n"), [
        "+ tenant \"applies\"",
        "",
        "applies: + 1 created, ~ 0 changed, = 0 unchanged",
        "",
        "Integrations: where senders post to, and their key",
        `  Scripts (generic)  https://inn.example.com/in/kkk  ${"k".repeat(32)}`
      ])
    }))

  it.effect("prints a difference and changes nothing in a dry run", () =>
    Effect.gen(function*() {
      yield* run(["apply", yield* inn("dry", "Before")], env)
      const other = yield* inn("dry", "After")
      for (let time = 0; time < 2; time++) {
        const { out } = yield* run(["apply", other, "--dry-run"], env)
        assert.include(out, "~ tenant \"dry\"\n    name: \"Before\" → \"After\"\n")
        assert.include(out, "dry: + 0 to create, ~ 1 to change, = 0 unchanged (dry run: nothing was written)")
      }
    }))

  it.effect("prints JSON for programs", () =>
    Effect.gen(function*() {
      const { out } = yield* run(["apply", yield* inn("json"), "--json"], env)
      const { changes, dryRun, tenantSlug } = JSON.parse(out)
      assert.deepStrictEqual({ changes, dryRun, tenantSlug }, {
        tenantSlug: "json",
        dryRun: false,
        changes: [{ action: "create", kind: "tenant", name: "json", fields: [] }]
      })
    }))

  it.effect("exports what was applied, as YAML and as JSON", () =>
    Effect.gen(function*() {
      yield* run(["apply", yield* inn("exports")], env)
      const document = { tenant: { slug: "exports", name: "Inn" }, services: [] }
      assert.deepStrictEqual(parse((yield* run(["export", "exports"], env)).out), document)
      assert.deepStrictEqual(JSON.parse((yield* run(["export", "exports", "--json"], env)).out), document)
    }))

  it.effect("lists tenants", () =>
    Effect.gen(function*() {
      const { out } = yield* run(["tenants", "list"], env)
      assert.deepStrictEqual(out.split("\n").map((line) => line.split(/ {2,}/)), [
        ["SLUG", "TIER", "STATE", "OPERATION", "NAME"],
        ["lakeside", "pooled", "active", "-", "Lakeside Inns"]
      ])
    }))

  it.effect("says at its line in the file what the server refuses", () =>
    Effect.gen(function*() {
      const { file } = yield* makeFile(
        "inn.yaml",
        [
          "tenant: { slug: inn, name: Inn }",
          "services:",
          "  - name: Rooms",
          "    team: Nobody",
          "    routingKey: rooms",
          "    escalationPolicy: Default"
        ].join("\n")
      )
      const { failure } = yield* run(["apply", file], env)
      assert.strictEqual(failure, `${file}:4: services[0].team: expected the name of a team, got "Nobody"`)
    }))

  it.effect("says what to do when there is no tenant, no server, no address, no token, a wrong token", () =>
    Effect.gen(function*() {
      const url = HttpServer.formatAddress((yield* HttpServer.HttpServer).address)
      const failureOf = Effect.fnUntraced(function*(args: ReadonlyArray<string>, given: Record<string, string>) {
        return (yield* run(args, given)).failure
      })
      assert.strictEqual(
        yield* failureOf(["export", "nowhere"], env),
        `No tenant nowhere at ${url}. innkeeper tenants list says which there are.`
      )
      assert.strictEqual(
        yield* failureOf(["tenants", "list"], { ...env, INNKEEPER_URL: "http://127.0.0.1:1" }),
        "No answer from http://127.0.0.1:1. Is Innkeeper running there?"
      )
      assert.strictEqual(
        yield* failureOf(["tenants", "list"], { ...env, INNKEEPER_URL: "here" }),
        "Expected an address such as http://127.0.0.1:8080, got here"
      )
      assert.strictEqual(
        yield* failureOf(["tenants", "list"], {}),
        `Give the admin token of ${url} as INNKEEPER_ADMIN_TOKEN or --admin-token.`
      )
      assert.strictEqual(
        yield* failureOf(["tenants", "list", "--admin-token", "wrong"], env),
        `${url} does not take this admin token.`
      )
    }))

  it.effect("blames no server for an address or a token that cannot be sent", () =>
    Effect.gen(function*() {
      for (const url of ["localhost:18081", "inn.example.com:443/", "ftp://inn.example.com"]) {
        assert.strictEqual(
          (yield* run(["tenants", "list", "--url", url], env)).failure,
          `Expected an address such as http://127.0.0.1:8080, got ${url}`
        )
      }
      assert.match(
        (yield* run(["tenants", "list", "--url", "http://op:hunter2@inn.example.com"], env)).failure ?? "",
        /^Expected an address without a user and a password, got one with them\./
      )
      for (const wrong of ["two\nlines", "nul\u0000", "Ключ", "key…"]) {
        assert.match(
          (yield* run(["tenants", "list"], { INNKEEPER_ADMIN_TOKEN: wrong })).failure ?? "",
          /^Expected an admin token without line breaks/
        )
      }
      assert.isNull((yield* run(["tenants", "list"], { INNKEEPER_ADMIN_TOKEN: `${token}\n` })).failure)
    }))

  it.effect("tells a proxy without Innkeeper behind it from another server", () =>
    Effect.gen(function*() {
      const url = HttpServer.formatAddress((yield* HttpServer.HttpServer).address)
      const answering = (status: number) =>
        Effect.provideService(
          run(["tenants", "list"], env),
          FetchHttpClient.Fetch,
          () => Promise.resolve(new Response("<html></html>", { status, headers: { "content-type": "text/html" } }))
        )
      for (const status of [502, 503, 504]) {
        assert.strictEqual(
          (yield* answering(status)).failure,
          `${url} answered ${status}: a proxy stands there and Innkeeper does not answer it. Try again.`
        )
      }
      assert.match((yield* answering(404)).failure ?? "", /Is it the address of another server\?$/)
    }))

  it.effect("hands on under which id the server logged what broke", () =>
    Effect.gen(function*() {
      const url = HttpServer.formatAddress((yield* HttpServer.HttpServer).address)
      const problem = { type: "about:blank", status: 500, title: "Internal Server Error", detail: "Logged as 7." }
      const { failure } = yield* Effect.provideService(
        run(["tenants", "list"], env),
        FetchHttpClient.Fetch,
        () => Promise.resolve(Response.json(problem, { status: 500 }))
      )
      assert.strictEqual(failure, `${url} failed: Logged as 7.`)
    }))

  it.effect("sends the token of the data folder to the address beside it and to no other", () =>
    Effect.gen(function*() {
      const url = HttpServer.formatAddress((yield* HttpServer.HttpServer).address)
      const folderFor = Effect.fnUntraced(function*(address: string) {
        return (yield* makeFile("cli.json", JSON.stringify({ url: address, adminToken: token }))).folder
      })
      const here = yield* run(["tenants", "list"], { INNKEEPER_DATA: yield* folderFor(`${url}/`) })
      assert.isNull(here.failure)
      const elsewhere = yield* run(["tenants", "list"], { INNKEEPER_DATA: yield* folderFor("http://127.0.0.1:2") })
      assert.include(elsewhere.failure, "Give the admin token")
    }))

  it.effect("finds a server that runs in development by its data folder alone", () =>
    Effect.gen(function*() {
      const url = HttpServer.formatAddress((yield* HttpServer.HttpServer).address)
      const { folder } = yield* makeFile("cli.json", JSON.stringify({ url, adminToken: token }))
      const { failure, out } = yield* run(["tenants", "list"], { INNKEEPER_URL: "", INNKEEPER_DATA: folder })
      assert.isNull(failure)
      assert.include(out, "lakeside")
    }))
})
