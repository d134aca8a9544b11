import { NodeHttpServer, NodeServices } from "@effect/platform-node"
import type { ServerConfig } from "@innkeeper/config"
import { Database } from "@innkeeper/database"
import {
  incidentWebhooks,
  keepKeys,
  longestPathParameter,
  migrations as oncall,
  OncallRoutes,
  oncallServices,
  oncallWorkers,
  sealedColumns
} from "@innkeeper/oncall"
import {
  AdminAuditRetentionLive,
  adminAuthorizationLayer,
  AdminSessions,
  ArchiveRetentionLive,
  authorizationLayer,
  ConsoleRoutes,
  Departure,
  edgeLayer,
  lifecycleWorkers,
  LiveAuthorizationLive,
  methodsOf,
  migrations as platform,
  MoveRoutes,
  outagesLayer,
  platformRoutes,
  platformServices,
  requestTelemetry,
  TenantConfigNews,
  webhookWorkers
} from "@innkeeper/platform"
import {
  backlogMetricsLayer,
  clusterLayer,
  Clusters,
  DeadLetters,
  EventConsumers,
  Health,
  healthRoutes,
  JobOperator,
  JobRunner,
  Jobs,
  JobSignal,
  LiveFeed,
  liveRoute,
  migrations as runtime,
  Outbox,
  OutboxSignal,
  PodLive,
  processMetricsLayer,
  RetentionLive,
  ScheduleStates,
  socketLimits,
  WorkflowRuns
} from "@innkeeper/runtime"
import { Layer } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApiBuilder, HttpApiMiddleware } from "effect/http-api"
import { Api } from "./Api.ts"
import { ApiReference } from "./ApiReference.ts"
import { dependencies } from "./Dependencies.ts"
import type { Installation } from "./Installation.ts"
import { limiterLayer } from "./Limiter.ts"
import { makeListener } from "./listener.ts"
import { mailLayer } from "./Mail.ts"
import { version } from "./Program.ts"
import { provisionerLayer } from "./Provisioning.ts"
import { WebUi } from "./WebUi.ts"

/** Everything of a process but its doors: the database, the cluster, the platform's and on-call's use cases. */
export const servicesLayer = (config: ServerConfig, installation: Installation) => {
  const { http: { publicUrl } } = config
  return oncallServices({ publicUrl }).pipe(
    Layer.provideMerge(platformServices({
      publicUrl,
      webhookSources: incidentWebhooks({ publicUrl }),
      secret: installation.secret,
      allowInside: config.environment === "development",
      limits: config.limits,
      tenants: config.tenants,
      archiveFolder: config.tenants.archiveFolder,
      sealedColumns
    })),
    Layer.provideMerge(
      Layer.mergeAll(mailLayer(config.mail, config.dataFolder), limiterLayer(config.redis), Outbox.layer, Jobs.layer)
    ),
    // Their sessions are watched from their beginning.
    Layer.provideMerge(Health.layer),
    Layer.provideMerge(Database.layer(config.database, [runtime, platform, oncall])),
    Layer.provideMerge(NodeServices.layer)
  )
}

/** What works on its own: escalation, deliveries, audits. */
export const workersLayer = ({ admin, cluster, http: { publicUrl }, provisioner, tenants }: ServerConfig) =>
  Layer.mergeAll(
    oncallWorkers({ publicUrl }),
    webhookWorkers({ publicUrl }),
    lifecycleWorkers(tenants).pipe(
      Layer.provide([provisionerLayer(provisioner), Layer.succeed(Departure, keepKeys)])
    ),
    AdminAuditRetentionLive(admin),
    ArchiveRetentionLive(tenants),
    TenantConfigNews,
    RetentionLive,
    backlogMetricsLayer,
    PodLive({
      address: cluster.mode === "embedded" ? "embedded" : `${cluster.runnerHost}:${cluster.runnerPort}`,
      version
    })
  ).pipe(
    Layer.provideMerge(JobRunner.layer),
    Layer.provideMerge(JobSignal.layer),
    Layer.provideMerge(
      clusterLayer(
        cluster.mode === "embedded" ? { kind: "embedded" } : {
          kind: "cluster",
          host: cluster.runnerHost,
          port: cluster.runnerPort,
          listen: { host: cluster.runnerListenHost, port: cluster.runnerPort }
        }
      )
    ),
    Layer.provideMerge(OutboxSignal.layer),
    (workers) => dependencies.pipe(Layer.provideMerge(workers))
  )

/** Limits of the `ws` library. A peer that does not answer a close frame, such as a sleeping laptop, is given up after 2 s. */
const websocket = { maxPayload: socketLimits.maxFrameBytes, closeTimeout: 2000 }

const routerConfig = { maxParamLength: longestPathParameter }

/** What the console shows of the runtime. */
const operatorViews = Layer.mergeAll(
  Clusters.layer,
  DeadLetters.layer,
  EventConsumers.layer,
  JobOperator.layer,
  ScheduleStates.layer,
  WorkflowRuns.layer
)

/** The doors: the API, receivers, the live feed, the web UI. */
export const webLayer = ({ environment, http, telemetry }: ServerConfig, installation: Installation) => {
  const api = HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(
    Layer.provide([platformRoutes({ publicUrl: http.publicUrl, version }), OncallRoutes, ConsoleRoutes]),
    Layer.provide([
      authorizationLayer(http),
      adminAuthorizationLayer(http),
      HttpApiMiddleware.layerProblemDetails({ includeDetails: true }),
      outagesLayer
    ]),
    Layer.provide([AdminSessions.layer({ token: installation.adminToken }), operatorViews])
  )
  const live = liveRoute(http).pipe(Layer.provide(LiveAuthorizationLive))
  return HttpRouter.serve(
    Layer.mergeAll(
      Layer.merge(api, live).pipe(Layer.provide(LiveFeed.layer)),
      MoveRoutes,
      healthRoutes({ token: telemetry.metricsToken }),
      ApiReference,
      WebUi,
      edgeLayer({ ...http, methodsAt: methodsOf(Api, routerConfig) })
    ),
    { disableLogger: true, disableListenLog: true, routerConfig }
  ).pipe(
    Layer.provide(requestTelemetry),
    // Load balancers get time to notice before the listener closes.
    (server) => Health.stopFirst(environment === "production" ? "5 seconds" : 0).pipe(Layer.provide(server)),
    Layer.provide(processMetricsLayer),
    Layer.provide(NodeHttpServer.layer(makeListener, {
      host: http.host,
      port: http.port,
      // In development an open page would only keep Ctrl-C waiting.
      gracefulShutdownTimeout: environment === "production" ? "10 seconds" : "500 millis",
      websocket
    }))
  )
}
