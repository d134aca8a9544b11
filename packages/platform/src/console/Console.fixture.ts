/** The console's API on a real HTTP server, with the runtime's own services and a cluster of one. Tests only. */
import { NodeHttpServer } from "@effect/platform-node"
import {
  clusterLayer,
  Clusters,
  DeadLetters,
  EventConsumers,
  JobOperator,
  JobRunner,
  Jobs,
  JobSignal,
  migrations as runtime,
  Outbox,
  OutboxSignal,
  PodLive,
  ScheduleStates,
  WorkflowRuns
} from "@innkeeper/runtime"
import { TestDatabase } from "@innkeeper/testkit"
import { Layer, Redacted } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApiBuilder, HttpApiMiddleware } from "effect/http-api"
import { RateLimiter } from "effect/persistence"
import { edgeLayer } from "../edge/Edge.ts"
import { RateLimits } from "../edge/RateLimits.ts"
import { adminToken } from "../Http.fixture.ts"
import { migrations } from "../Migrations.ts"
import { publicUrl } from "../Platform.fixture.ts"
import { adminAuthorizationLayer } from "../tenant/AdminAuthorizationLive.ts"
import { AdminAudit } from "./AdminAudit.ts"
import { AdminSessions } from "./AdminSessions.ts"
import { ConsoleApi } from "./ConsoleApi.ts"
import { ConsoleRoutes } from "./ConsoleRoutes.ts"

const limits = RateLimits.layer({ signIn: 10_000 }).pipe(
  Layer.provide(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory)))
)

const views = Layer.mergeAll(
  Clusters.layer,
  DeadLetters.layer,
  EventConsumers.layer,
  JobOperator.layer,
  ScheduleStates.layer,
  WorkflowRuns.layer
)

const cluster = Layer.mergeAll(PodLive({ address: "embedded", version: "1.2.3" }), JobRunner.layer, Jobs.layer).pipe(
  Layer.provideMerge(JobSignal.layer),
  Layer.provideMerge(clusterLayer({ kind: "embedded" })),
  Layer.provideMerge(OutboxSignal.layer),
  Layer.provideMerge(Outbox.layer)
)

const api = HttpApiBuilder.layer(ConsoleApi).pipe(
  Layer.provide(ConsoleRoutes),
  Layer.provide([
    adminAuthorizationLayer({ publicUrl }),
    HttpApiMiddleware.layerProblemDetails({ includeDetails: true })
  ])
)

/** The console behind the edge, the services and workers behind the console, and a client that calls it. */
export const consoleLayer = HttpRouter.serve(Layer.mergeAll(api, edgeLayer({ publicUrl, trustedProxies: [] })), {
  disableLogger: true,
  disableListenLog: true
}).pipe(
  Layer.provide(AdminSessions.layer({ token: Redacted.make(adminToken) })),
  Layer.provideMerge(NodeHttpServer.layerTest),
  Layer.provideMerge(views),
  Layer.provideMerge(cluster),
  Layer.provideMerge(Layer.merge(AdminAudit.layer, limits)),
  Layer.provideMerge(TestDatabase.layer([runtime, migrations]))
)

/** What a program of an operator sends. */
export const operator = { "x-admin-token": adminToken }
