/** One pod of the ledger as a process of its own: `node pod.fixture.ts SETTINGS`, where settings are JSON. Tests only. */
import { NodeHttpClient, NodeHttpServer, NodeRuntime } from "@effect/platform-node"
import { TenantId } from "@innkeeper/config"
import { appSqlLayer } from "@innkeeper/database"
import { Console, Effect, Layer, Logger, Schema } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { Reactivity } from "effect/reactivity"
import { createServer } from "node:http"
import { clusterLayer } from "../cluster/Cluster.ts"
import { Outbox } from "../event/Outbox.ts"
import { OutboxSignal } from "../event/OutboxSignal.ts"
import { JobRunner } from "../job/JobRunner.ts"
import { Jobs } from "../job/Jobs.ts"
import { JobSignal } from "../job/JobSignal.ts"
import {
  Account,
  begin,
  LedgerLive,
  LedgerPod,
  NewTransfer,
  NewTransferLive,
  Transfer,
  TransferLive,
  TransferRequest
} from "./Ledger.fixture.ts"
import { shiftedClock } from "./shiftedClock.fixture.ts"

/** What the tests tell a pod. */
export const Settings = Schema.Struct({
  name: Schema.String,
  tenantId: TenantId,
  receiver: Schema.String,
  database: Schema.Struct({ host: Schema.String, username: Schema.String, database: Schema.String }),
  httpPort: Schema.Int,
  /** Where the other pods reach it, and where it listens: another one when a test stands between. */
  runnerPort: Schema.Int,
  listenPort: Schema.Int,
  /** Which definition of the workflow. */
  version: Schema.Literals([1, 2]),
  /** How wrong its clock is, in milliseconds. */
  clockOffset: Schema.Int
})
export type Settings = typeof Settings.Type

const routes = (version: 1 | 2) =>
  HttpRouter.use(Effect.fnUntraced(function*(router) {
    yield* router.add(
      "POST",
      "/transfers",
      Effect.gen(function*() {
        const request = yield* HttpServerRequest.schemaBodyJson(TransferRequest)
        const { kind, ...payload } = request
        if (kind !== "workflow") yield* begin(request)
        else if (version === 1) yield* Transfer.execute(payload, { discard: true })
        else yield* NewTransfer.execute({ ...payload, currency: "CHF" }, { discard: true })
        return HttpServerResponse.empty({ status: 202 })
      })
    )
    const account = yield* Account.client
    yield* router.add(
      "GET",
      "/accounts/:id",
      Effect.gen(function*() {
        const { id } = yield* HttpRouter.params
        return HttpServerResponse.text(yield* account(id ?? "").Ping())
      })
    )
  }))

const pod = Effect.fnUntraced(function*(settings: Settings) {
  const { listenPort, name, runnerPort, version } = settings
  const workers = Layer.merge(LedgerLive, version === 1 ? TransferLive : NewTransferLive)
  const web = HttpRouter.serve(routes(version), { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provide(NodeHttpServer.layer(createServer, {
      host: "127.0.0.1",
      port: settings.httpPort,
      gracefulShutdownTimeout: "500 millis"
    }))
  )
  yield* Layer.build(
    Layer.provide(web, workers).pipe(
      Layer.provide(JobRunner.layer),
      Layer.provide(
        clusterLayer({
          kind: "cluster",
          host: "127.0.0.1",
          port: runnerPort,
          listen: { host: "127.0.0.1", port: listenPort }
        })
      ),
      Layer.provide(JobSignal.layer),
      Layer.provide([Outbox.layer, OutboxSignal.layer, Jobs.layer, NodeHttpClient.layerUndici]),
      Layer.provide([
        Layer.succeed(LedgerPod, settings),
        Layer.provide(
          appSqlLayer({ ...settings.database, applicationName: name, maxConnections: 10 }),
          Reactivity.layer
        )
      ]),
      Layer.provide(shiftedClock(settings.clockOffset))
    )
  )
  yield* Console.log("ready")
  return yield* Effect.never
}, Effect.scoped)

const program = Schema.decodeUnknownEffect(Schema.fromJsonString(Settings))(process.argv[2]).pipe(
  Effect.flatMap(pod)
)

// @effect-diagnostics-next-line strictEffectProvide:off
NodeRuntime.runMain(Effect.provide(program, Logger.layer([Logger.consoleLogFmt])))
