/** The command line against a server that keeps its contract in memory. Tests only. */
import { NodeHttpServer, NodeServices } from "@effect/platform-node"
import { decodeTenantConfig, type TenantConfig, TenantSlug } from "@innkeeper/config"
import { type SetupDocument, SetupResult } from "@innkeeper/oncall/api"
import {
  AdminActor,
  AdminAuthorization,
  CurrentAdmin,
  NotFound,
  TenantChange,
  TenantDetail,
  TenantImportResult,
  TenantSummary,
  Unauthorized,
  Unavailable,
  Unprocessable
} from "@innkeeper/platform/api"
import { ConfigProvider, DateTime, Effect, Fiber, FileSystem, Layer, Redacted, Result, Terminal } from "effect"
import { Command, TerminalCapabilities } from "effect/cli"
import { FetchHttpClient, HttpRouter, HttpServer } from "effect/http"
import { HttpApiBuilder, HttpApiMiddleware } from "effect/http-api"
import { TestClock, TestConsole } from "effect/testing"
import { createServer } from "node:http"
import { AdminApi } from "./AdminClient.ts"
import { consoleGroups, tenantId } from "./console.fixture.ts"
import { innkeeper } from "./innkeeper.ts"
import { lifecycle } from "./lifecycle.fixture.ts"
import { typing } from "./typing.fixture.ts"

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

const lakeside = new TenantSummary({
  id: tenantId,
  slug: TenantSlug.make("lakeside"),
  name: "Lakeside Inns",
  tier: "pooled",
  state: "active",
  createdAt: DateTime.makeUnsafe("2026-01-01T00:00:00Z")
})

/** Configurations that were imported, by slug. */
export const imported = new Map<string, TenantConfig>()

const tenants = HttpApiBuilder.group(AdminApi, "tenants", (handlers) =>
  handlers.handleAll({
    list: () => Effect.succeed([lakeside]),
    import: Effect.fnUntraced(function*({ payload, query }) {
      const dryRun = query.dryRun === "true"
      const stated = yield* Effect.orDie(Effect.forEach(payload.tenants, ({ config, file }) =>
        Effect.map(decodeTenantConfig(config), (config) => ({ config, file }))))
      const errors = stated.flatMap(({ config }, index) =>
        config.domains.flatMap((domain, at) =>
          `${domain}` === "taken.example"
            ? [{ path: ["tenants", index, "config", "domains", at], message: "expected a domain of no other tenant" }]
            : []
        )
      )
      if (errors.length > 0) {
        return yield* new Unprocessable({ errors })
      }
      const changes = stated.map(({ config, file }) => {
        const known = imported.get(config.slug)
        if (!dryRun) {
          imported.set(config.slug, config)
        }
        return new TenantChange({
          file,
          slug: config.slug,
          action: known === undefined ? "create" : known.name === config.name ? "unchanged" : "update",
          fields: known === undefined || known.name === config.name
            ? []
            : [{ field: "name", before: known.name, after: config.name }]
        })
      })
      return new TenantImportResult({ dryRun, changes })
    }),
    get: Effect.fnUntraced(function*({ params: { slug } }) {
      const config = imported.get(slug) ?? null
      if (config === null && slug !== lakeside.slug) {
        return yield* new NotFound({ resource: "tenant" })
      }
      return new TenantDetail({ ...lakeside, slug, source: "database", version: config === null ? 0 : 1, config })
    }),
    configure: () =>
      Effect.fail(new NotFound({ resource: "tenant" }))
  }))

/** How many looks at an operation are yet to be refused, as by a server that stops. */
export const outage = { left: 0 }

const authorization = Layer.succeed(
  AdminAuthorization,
  AdminAuthorization.of({
    adminSession: () => Effect.fail(new Unauthorized()),
    adminToken: (handler, { credential, endpoint }) =>
      endpoint.identifier === "operation" && outage.left-- > 0
        ? Effect.fail(new Unavailable())
        : Redacted.value(credential) === token
        ? Effect.provideService(handler, CurrentAdmin, new AdminActor({ kind: "token", sessionId: null }))
        : Effect.fail(new Unauthorized())
  })
)

const server = HttpRouter.serve(
  HttpApiBuilder.layer(AdminApi).pipe(
    Layer.provide([setup, tenants, lifecycle, consoleGroups]),
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

/**
 * Runs the command line in this process. `env` is all of its environment; the address of the server is added. Time flies.
 * With `typed` there is a terminal, at which somebody types that.
 */
export const run = Effect.fnUntraced(function*(
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  typed?: string
) {
  const { address } = yield* HttpServer.HttpServer
  const url = HttpServer.formatAddress(address)
  const before = (yield* TestConsole.logLines).length
  const capabilities = { canColor: false, canAnimate: false, canPrompt: typed !== undefined }
  const fiber = yield* Command.runWith(innkeeper, { version: "1.2.3" })(args).pipe(
    Effect.provideService(
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromEnv({ env: { INNKEEPER_URL: url, INNKEEPER_DATA: "/nowhere", ...env } })
    ),
    Effect.provideService(Terminal.Terminal, typing(typed ?? "")),
    Effect.provideService(TerminalCapabilities.TerminalCapabilities, capabilities),
    Effect.result,
    Effect.forkChild
  )
  yield* Effect.repeat(tick, { until: () => fiber.pollUnsafe() !== undefined })
  const exit = yield* Fiber.join(fiber)
  const printed: Printed = {
    out: (yield* TestConsole.logLines).slice(before).join("\n"),
    failure: Result.isFailure(exit) ? exit.failure.message : null
  }
  return printed
})

/** A second of the clock's, after a moment for the server to answer. */
export const tick = Effect.andThen(TestClock.withLive(Effect.sleep("1 millis")), TestClock.adjust("1 second"))

/** A file with this text, which goes with the scope. */
export const makeFile = Effect.fnUntraced(function*(name: string, text: string) {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped()
  yield* files.writeFileString(`${folder}/${name}`, text)
  return { folder, file: `${folder}/${name}` }
})
