/** The command line against a server that keeps its contract in memory. Tests only. */
import { NodeHttpServer, NodeServices } from "@effect/platform-node"
import { TenantSlug } from "@innkeeper/config"
import { type SetupDocument, SetupResult } from "@innkeeper/oncall/api"
import {
  AdminActor,
  AdminAuthorization,
  CurrentAdmin,
  NotFound,
  TenantSummary,
  Unauthorized,
  Unprocessable
} from "@innkeeper/platform/api"
import { ConfigProvider, DateTime, Effect, FileSystem, Layer, Redacted, Result } from "effect"
import { Command } from "effect/cli"
import { FetchHttpClient, HttpRouter, HttpServer } from "effect/http"
import { HttpApiBuilder, HttpApiMiddleware } from "effect/http-api"
import { TestConsole } from "effect/testing"
import { createServer } from "node:http"
import { AdminApi } from "./AdminClient.ts"
import { consoleGroups, tenantId } from "./console.fixture.ts"
import { innkeeper } from "./innkeeper.ts"

export const token = "the admin token of the server"

const documents = new Map<string, SetupDocument>()

const setup = HttpApiBuilder.group(AdminApi, "setup", (handlers) =>
  handlers.handleAll({
    apply: Effect.fnUntraced(function*({ payload, query }) {
      const dryRun = query.dryRun === "true"
      const { name, slug } = payload.tenant
      const wrong = (payload.services ?? []).findIndex(({ team }) => team === "Nobody")
      if (wrong >= 0) {
        return yield* new Unprocessable({
          errors: [{ path: ["services", wrong, "team"], message: "expected the name of a team, got \"Nobody\"" }]
        })
      }
      const known = documents.get(slug)
      if (!dryRun) documents.set(slug, payload)
      return new SetupResult({
        tenantSlug: slug,
        dryRun,
        changes: known === undefined
          ? [{ action: "create", kind: "tenant", name: slug, fields: [] }]
          : known.tenant.name === name
          ? []
          : [{
            action: "update",
            kind: "tenant",
            name: slug,
            fields: [{ field: "name", before: known.tenant.name, after: name }]
          }],
        integrations: [{
          name: "Scripts",
          kind: "generic",
          key: "k".repeat(32),
          url: "https://inn.example.com/in/kkk"
        }],
        webhookSecrets: [],
        invitations: []
      })
    }),
    export: ({ params }) =>
      Effect.fromNullishOr(documents.get(params.slug)).pipe(
        Effect.mapError(() => new NotFound({ resource: "tenant" }))
      )
  }))

const tenants = HttpApiBuilder.group(AdminApi, "tenants", (handlers) =>
  handlers.handle("list", () =>
    Effect.succeed([
      new TenantSummary({
        id: tenantId,
        slug: TenantSlug.make("lakeside"),
        name: "Lakeside Inns",
        tier: "pooled",
        state: "active",
        createdAt: DateTime.makeUnsafe("2026-01-01T00:00:00Z")
      })
    ])))

const authorization = Layer.succeed(
  AdminAuthorization,
  AdminAuthorization.of({
    adminSession: () => Effect.fail(new Unauthorized()),
    adminToken: (handler, { credential }) =>
      Redacted.value(credential) === token
        ? Effect.provideService(handler, CurrentAdmin, new AdminActor({ kind: "token", sessionId: null }))
        : Effect.fail(new Unauthorized())
  })
)

const server = HttpRouter.serve(
  HttpApiBuilder.layer(AdminApi).pipe(
    Layer.provide([setup, tenants, consoleGroups]),
    Layer.provide([authorization, HttpApiMiddleware.layerProblemDetails({ includeDetails: true })])
  ),
  { disableLogger: true, disableListenLog: true }
).pipe(Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })))

export const commandLineLayer = Layer.mergeAll(server, NodeServices.layer, FetchHttpClient.layer)

/** What a command printed, and why it failed. */
export interface Printed {
  readonly out: string
  readonly failure: string | null
}

/** Runs the command line in this process. `env` is all of its environment; the address of the server is added. */
export const run = Effect.fnUntraced(function*(args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) {
  const { address } = yield* HttpServer.HttpServer
  const url = HttpServer.formatAddress(address)
  const before = (yield* TestConsole.logLines).length
  const exit = yield* Command.runWith(innkeeper, { version: "1.2.3" })(args).pipe(
    Effect.provideService(
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromEnv({ env: { INNKEEPER_URL: url, INNKEEPER_DATA: "/nowhere", ...env } })
    ),
    Effect.result
  )
  const printed: Printed = {
    out: (yield* TestConsole.logLines).slice(before).join("\n"),
    failure: Result.isFailure(exit) ? exit.failure.message : null
  }
  return printed
})

/** A file with this text, which goes with the scope. */
export const makeFile = Effect.fnUntraced(function*(name: string, text: string) {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped()
  yield* files.writeFileString(`${folder}/${name}`, text)
  return { folder, file: `${folder}/${name}` }
})
