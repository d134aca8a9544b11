import { Context, Effect, FileSystem, Layer, Path, Schema } from "effect"
import { HttpClient, type HttpClientError } from "effect/http"
import { freePort, startProgram } from "../lib/program.ts"
import { MailSink } from "./MailSink.ts"
import { levelAddresses } from "./Tenant.ts"

/** Where Debian's package `prometheus-alertmanager` puts it. */
export const program = "prometheus-alertmanager"

/** There is nothing to measure beside. */
export class AlertmanagerMissing extends Schema.TaggedError<AlertmanagerMissing>()("AlertmanagerMissing", {}) {
  override get message() {
    return `${program} is not installed. Debian and Ubuntu: apt-get install prometheus-alertmanager`
  }
}

/** One route to a receiver that tells nobody: Alertmanager takes alerts and groups them, and that is all its work. */
const silent = `route:
  receiver: nobody
receivers:
  - name: nobody
`

/** Each alert is a group of its own and mailed at once, as Innkeeper opens an incident for it and mails it. */
const mailing = (smtpUrl: string) =>
  `global:
  smtp_smarthost: ${new URL(smtpUrl).host}
  smtp_from: alertmanager@example.com
  smtp_hello: localhost
  smtp_require_tls: false
route:
  receiver: mail
  group_by: ["..."]
  group_wait: 0s
receivers:
  - name: mail
    email_configs:
      - to: ${levelAddresses[0]}
        send_resolved: false
`

/** Prometheus Alertmanager as a process of its own, on a new folder, without a cluster. */
export class Alertmanager extends Context.Service<Alertmanager, {
  /** Where alerts are posted to. */
  readonly alertUrl: string
  /** Firing alerts that it says it has taken. */
  readonly received: Effect.Effect<number, HttpClientError.HttpClientError>
}>()("bench/Alertmanager") {
  /** It tells nobody. */
  static readonly silent = Layer.effect(Alertmanager, Effect.suspend(() => start(silent)))
  /** It mails each alert to the sink, which it gives as well. */
  static readonly mailing = Layer.effect(
    Alertmanager,
    Effect.flatMap(MailSink, ({ url }) => start(mailing(url)))
  ).pipe(Layer.provideMerge(MailSink.layer))
}

const receivedTotal = /^alertmanager_alerts_received_total\{status="firing",version="v2"\} (\S+)$/m

const start = Effect.fnUntraced(function*(configuration: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* fs.makeTempDirectoryScoped({ prefix: "alertmanager-bench-" })
  const file = path.join(folder, "alertmanager.yml")
  yield* fs.writeFileString(file, configuration)
  const port = yield* freePort
  const url = `http://127.0.0.1:${port}`
  yield* startProgram({
    program,
    args: [
      `--config.file=${file}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
      "--log.level=error"
    ],
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
    ready: `${url}/-/ready`
  }).pipe(Effect.catchReason("PlatformError", "NotFound", () => Effect.fail(new AlertmanagerMissing())))
  const client = yield* HttpClient.HttpClient
  const received = client.get(`${url}/metrics`).pipe(
    Effect.flatMap(({ text }) => text),
    Effect.map((metrics) => Number(receivedTotal.exec(metrics)?.[1]))
  )
  return Alertmanager.of({ alertUrl: `${url}/api/v2/alerts`, received })
})
