/** The console's API on a real HTTP server, with the runtime's own services and a cluster of one. Tests only. */
import { NodeFileSystem, NodeHttpServer } from "@effect/platform-node"
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
import { Duration, Effect, FileSystem, Layer, Redacted } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApiBuilder, HttpApiMiddleware } from "effect/http-api"
import { RateLimiter } from "effect/persistence"
import { outagesLayer } from "../access/outagesLayer.ts"
import { ArchiveStorage } from "../archive/ArchiveStorage.ts"
import { TenantArchive } from "../archive/TenantArchive.ts"
import { Audit } from "../audit/Audit.ts"
import { edgeLayer } from "../edge/Edge.ts"
import { RateLimits } from "../edge/RateLimits.ts"
import { adminToken } from "../Http.fixture.ts"
import { lifecycleWorkers } from "../lifecycle/lifecycleWorkers.ts"
import { Provisioner } from "../lifecycle/Provisioner.ts"
import { migrations } from "../Migrations.ts"
import { MoveKeys } from "../move/moveKey.ts"
import { sealedColumns } from "../move/SealedColumn.ts"
import { TenantMoves } from "../move/TenantMoves.ts"
import { publicUrl } from "../Platform.fixture.ts"
import { SecretBox } from "../secrets/SecretBox.ts"
import { adminAuthorizationLayer } from "../tenant/AdminAuthorizationLive.ts"
import { TenantConfigs } from "../tenant/TenantConfigs.ts"
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

const cluster = Layer.mergeAll(PodLive({ address: "embedded", version: "1.2.3" }), JobRunner.layer).pipe(
  Layer.provideMerge(JobSignal.layer),
  Layer.provideMerge(clusterLayer({ kind: "embedded" })),
  Layer.provideMerge(OutboxSignal.layer),
  Layer.provideMerge(Layer.merge(Outbox.layer, Jobs.layer))
)

const api = HttpApiBuilder.layer(ConsoleApi).pipe(
  Layer.provide(ConsoleRoutes),
  Layer.provide([
    adminAuthorizationLayer({ publicUrl }),
    HttpApiMiddleware.layerProblemDetails({ includeDetails: true }),
    outagesLayer
  ])
)

const secret = Redacted.make("a secret of at least thirty-two characters")

const archives = Layer.mergeAll(
  TenantArchive.layer({ secret }),
  TenantMoves.layer({ sealed: sealedColumns, closing: 0, settling: "1 second" }).pipe(
    Layer.provide(SecretBox.layer({ secret }))
  ),
  MoveKeys.layer({ secret })
).pipe(
  Layer.provideMerge(Layer.unwrap(Effect.map(
    Effect.flatMap(FileSystem.FileSystem, (fs) => fs.makeTempDirectoryScoped({ prefix: "innkeeper-archive-" })),
    ArchiveStorage.folder
  ))),
  Layer.provide(NodeFileSystem.layer)
)

/** What works on tenants, with a provisioner of the test's. */
const lifecycle = <R>(provisioner: Layer.Layer<Provisioner, never, R>) =>
  lifecycleWorkers({
    retentionDays: 30,
    undoTries: 1,
    lease: {
      duration: Duration.seconds(10),
      renewEvery: Duration.millis(300),
      storeEvery: Duration.millis(50)
    }
  }).pipe(
    Layer.provideMerge(Layer.merge(archives, provisioner)),
    Layer.provideMerge(TenantConfigs.layer({ source: "database", ttlSeconds: 60 })),
    Layer.provideMerge(Audit.layer)
  )

/** The console behind the edge, the services and workers behind the console, and a client that calls it. */
export const consoleWith = <R = never>(provisioner: Layer.Layer<Provisioner, never, R>) =>
  HttpRouter.serve(Layer.mergeAll(api, edgeLayer({ publicUrl, trustedProxies: [] })), {
    disableLogger: true,
    disableListenLog: true
  }).pipe(
    Layer.provide(AdminSessions.layer({ token: Redacted.make(adminToken) })),
    Layer.provideMerge(NodeHttpServer.layerTest),
    Layer.provideMerge(Layer.mergeAll(views, lifecycle(provisioner))),
    Layer.provideMerge(cluster),
    Layer.provideMerge(Layer.merge(AdminAudit.layer, limits)),
    Layer.provideMerge(TestDatabase.layer([runtime, migrations]))
  )

/** As of an installation whose tenants are all pooled. */
export const consoleLayer = consoleWith(Provisioner.none)

/** What a program of an operator sends. */
export const operator = { "x-admin-token": adminToken }
