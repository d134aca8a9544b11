import { assert, layer } from "@effect/vitest"
import type { Incident } from "@innkeeper/oncall/api"
import { freePort } from "@innkeeper/testkit"
import { DateTime, Effect, FileSystem } from "effect"
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { eventually } from "./eventually.fixture.ts"
import { incidentsOf } from "./incidents.fixture.ts"
import { launch, type Launched } from "./process.fixture.ts"
import { send } from "./request.fixture.ts"
import { Server } from "./server.fixture.ts"
import { makeTenant, type Tenant } from "./tenant.fixture.ts"

const found = spawnSync("sh", ["-c", "command -v prometheus-alertmanager || command -v alertmanager"], {
  encoding: "utf8"
}).stdout.trim()

const why = found === ""
  ? " (skipped: there is no Alertmanager. Debian: apt-get install prometheus-alertmanager. Elsewhere: " +
    "https://prometheus.io/download/#alertmanager, with `alertmanager` on the PATH)"
  : ""

/**
 * As `docs/integrations/alertmanager.md` has it, all ways at once. PagerDuty's key and Opsgenie's alias are the same of the
 * same group, and would be of one incident.
 */
const configuration = (url: string, { keys }: Tenant) => `
route:
  receiver: by-webhook
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  routes:
    - receiver: as-pagerduty
      continue: true
    - receiver: as-opsgenie
      group_by: [alertname, severity]
      continue: true
    - receiver: by-webhook
receivers:
  - name: by-webhook
    webhook_configs:
      - url: ${url}/in/${keys.alertmanager}/alertmanager
        send_resolved: true
  - name: as-pagerduty
    pagerduty_configs:
      - url: ${url}/v2/enqueue
        routing_key: ${keys.pagerduty}
        send_resolved: true
  - name: as-opsgenie
    opsgenie_configs:
      - api_url: ${url}
        api_key: ${keys.opsgenie}
        message: "To Opsgenie: {{ .CommonLabels.alertname }}"
        priority: P1
        send_resolved: true
`

/** Runs an Alertmanager on that configuration, and waits until it is ready. */
const startAlertmanager = Effect.fnUntraced(function*(config: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-alertmanager-" })
  const port = yield* freePort
  yield* fs.writeFileString(join(folder, "alertmanager.yml"), config)
  const process: Launched = yield* launch(found, [
    `--config.file=${join(folder, "alertmanager.yml")}`,
    `--storage.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--cluster.listen-address="
  ])
  const url = `http://127.0.0.1:${port}`
  yield* eventually(
    "Alertmanager is ready",
    send("GET", `${url}/-/ready`).pipe(
      Effect.map(({ status }) => String(status)),
      Effect.catchDefect(() => Effect.sync(process.output))
    ),
    (status) => status === "200"
  )
  return { url, output: process.output }
}, Effect.orDie)

layer(Server.layer(), { excludeTestServices: true, timeout: "170 seconds" })("Prometheus Alertmanager", (it) => {
  it.effect.skipIf(found === "")(
    `triggers and resolves incidents, by webhook, as PagerDuty and as Opsgenie${why}`,
    () =>
      Effect.gen(function*() {
        const server = yield* Server
        const tenant = yield* makeTenant(server, "prometheus")
        const alertmanager = yield* startAlertmanager(configuration(server.url, tenant))
        const now = yield* DateTime.now
        const post = (alerts: ReadonlyArray<{ readonly instance: string; readonly endsAt: DateTime.Utc }>) =>
          send("POST", `${alertmanager.url}/api/v2/alerts`, {
            json: alerts.map(({ endsAt, instance }) => ({
              labels: { alertname: "InstanceDown", instance, severity: "critical" },
              annotations: { summary: `${instance} is down`, runbook_url: "https://example.com/runbook" },
              startsAt: DateTime.formatIso(now),
              endsAt: DateTime.formatIso(endsAt)
            }))
          })
        const waitFor = (what: string, accept: (incidents: ReadonlyArray<Incident>) => boolean) =>
          eventually(what, incidentsOf(tenant), accept, "90 seconds")
        const statuses = (incidents: ReadonlyArray<Incident>) =>
          incidents.map(({ status, title }) => `${title}: ${status}`).toSorted()

        const later = DateTime.add(now, { hours: 1 })
        const posted = yield* post([{ instance: "db-1", endsAt: later }, { instance: "db-2", endsAt: later }])
        assert.strictEqual(posted.status, 200, posted.text)

        // By webhook each alert is an incident; as PagerDuty and as Opsgenie the group is.
        const triggered = yield* waitFor("four incidents are triggered", (all) => all.length === 4)
        const group = triggered.find(({ title }) => title.startsWith("[FIRING:2]")) ?? assert.fail(
          `${statuses(triggered)}\n${alertmanager.output()}`
        )
        assert.deepStrictEqual(
          statuses(triggered),
          [
            `${group.title}: triggered`,
            "To Opsgenie: InstanceDown: triggered",
            "db-1 is down: triggered",
            "db-2 is down: triggered"
          ].toSorted()
        )
        assert.deepStrictEqual(
          triggered.filter(({ id }) => id !== group.id).map(({ priority }) => priority),
          ["critical", "critical", "critical"]
        )

        const ended = DateTime.add(yield* DateTime.now, { seconds: -1 })
        yield* post([{ instance: "db-1", endsAt: ended }])
        const half = yield* waitFor(
          "the incident of one alert is resolved",
          (all) => all.some(({ status, title }) => title === "db-1 is down" && status === "resolved")
        )
        assert.strictEqual(half.find(({ title }) => title === "db-2 is down")?.status, "triggered")
        assert.strictEqual(half.find(({ id }) => id === group.id)?.status, "triggered")

        yield* post([{ instance: "db-2", endsAt: ended }])
        const resolved = yield* waitFor(
          "all are resolved",
          (all) => all.every(({ status }) => status === "resolved")
        )
        assert.lengthOf(resolved, 4)
      })
  )
})
