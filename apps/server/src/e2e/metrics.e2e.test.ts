import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { programFolder } from "../Program.ts"
import { eventually } from "./eventually.fixture.ts"
import { mailTo } from "./incidents.fixture.ts"
import { Server } from "./server.fixture.ts"
import { makeTenant } from "./tenant.fixture.ts"

const read = (path: string) => readFileSync(join(programFolder, path), "utf8")

/** Words of PromQL that are no metrics. */
const words = new Set(["and", "or", "unless", "on", "by", "ignoring", "without", "bool"])

/** The metrics that an expression of PromQL asks for, without the suffixes of a histogram's series. */
const metricsOf = (expression: string): ReadonlyArray<string> => {
  const bare = expression
    .replace(/"[^"]*"/g, "")
    .replace(/\{[^}]*\}/g, "")
    .replace(/\[[^\]]*\]/g, "")
    .replace(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, " ")
  return [...bare.matchAll(/\b[a-z_][a-z0-9_]*\b(?!\s*\()/g)]
    .map(([name]) => name.replace(/_(bucket|sum|count)$/, ""))
    .filter((name) => !words.has(name) && name !== "up")
}

const dashboard: { readonly panels: ReadonlyArray<{ readonly targets?: ReadonlyArray<{ readonly expr: string }> }> } =
  JSON.parse(read("docs/operations/dashboard.json"))
const ofDashboard = dashboard.panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => metricsOf(expr)))

const rules = read("docs/operations/alerts.yml")
const expressions = [...rules.matchAll(/^ {8}expr: (?:\|-\n((?: {10}.*\n)* {10}.*)|'(.*)'|(.*))$/gm)]
  .map(([, block, quoted, plain]) => metricsOf(block ?? quoted ?? plain ?? ""))

/** What a healthy server has no occasion to count within a minute; the source has to declare it all the same. */
const rare = [
  "events_dead_lettered_total",
  "jobs_ended_total",
  "jobs_enqueued_total",
  "jobs_running",
  "jobs_wait_seconds",
  "rate_limit_exceeded_total",
  "rate_limiter_failures_total",
  "retention_deleted_rows_total",
  "webhook_attempts_total"
]

const sources = globSync("packages/*/src/**/*.ts", { cwd: programFolder })
  .filter((path) => !path.endsWith(".test.ts"))
  .map(read)
  .join("\n")

const declared = (name: string) =>
  name.endsWith("_total")
    ? sources.includes(`Metric.counter("${name.replace(/_total$/, "")}"`)
    : sources.includes(`Metric.gauge("${name}"`) || sources.includes(`Metric.histogram("${name}"`)

layer(Server.layer(), { excludeTestServices: true, timeout: "170 seconds" })("/metrics", (it) => {
  it.effect("has every metric that the dashboard and the rules ask for", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const tenant = yield* makeTenant(server, "measured")
      assert.deepStrictEqual(rare.filter((name) => !declared(name)), [])
      const asked = new Set([...ofDashboard, ...expressions.flat()])
      assert.lengthOf(expressions.filter((metrics) => metrics.length > 0), rules.split("- alert: ").length - 2)
      assert.isAbove(asked.size, 40)

      yield* server.ok("POST", `/in/${tenant.keys.generic}`, { json: { summary: "Disk full" } })
      yield* mailTo(tenant, "first")
      yield* server.ok("GET", "/health")
      // The self-audit runs every minute.
      yield* eventually(
        "every metric is there",
        Effect.map(server.ok("GET", "/metrics"), ({ text }) => {
          const printed = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name))
          return [...asked].filter((name) => !printed.has(name) && !rare.includes(name))
        }),
        (missing) => missing.length === 0,
        "100 seconds"
      )
    }))

  const lint = (text: string) => spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" })
  const without = lint("").error !== undefined

  it.effect.skipIf(without)(
    `keeps to Prometheus' conventions${
      without ? " (skipped: there is no promtool. Debian: apt-get install prometheus)" : ""
    }`,
    () =>
      Effect.gen(function*() {
        const server = yield* Server
        const { text } = yield* server.ok("GET", "/metrics")
        const { stderr, stdout } = lint(text)
        const complaints = `${stdout}${stderr}`.split("\n").filter((line) =>
          line !== "" && !/^effect_cluster_\w+ no help text$/.test(line)
        )
        assert.deepStrictEqual(complaints, [])
        // Routes, not addresses: a key in a label would be a secret in every graph, and a series for each.
        assert.include(text, `route="/in/:key"`)
        assert.notMatch(text, /[0-9a-z]{32}/)
      })
  )
})
