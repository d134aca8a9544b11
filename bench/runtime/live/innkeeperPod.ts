import { NodeHttpServer } from "@effect/platform-node"
import { TenantId } from "@innkeeper/config"
import { asTenant, withTenant } from "@innkeeper/database"
import {
  Health,
  LiveAuthorizationByViewers,
  LiveFeed,
  liveRoute,
  Outbox,
  OutboxSignal,
  Viewers
} from "@innkeeper/runtime"
import { SocketUnauthorized } from "@innkeeper/runtime/api"
import { Effect, Layer, Schema } from "effect"
import { HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import { SqlClient } from "effect/sql"
import { createServer } from "node:http"
import type { DatabaseAddress } from "../BenchPostgres.ts"
import { innkeeperPool } from "../innkeeperDatabase.ts"
import { podMain } from "../pod.ts"
import { wallMillis } from "./Sockets.ts"

/** The cookie is the tenant's id: a session costs nothing here. Each connection is a viewer of its own. */
const AnyViewer = Layer.succeed(Viewers, {
  identify: ({ cookie, "sec-websocket-key": id = "bench" }) =>
    Schema.is(TenantId)(cookie)
      ? Effect.succeed({ tenantId: cookie, kind: "user", id, name: "Bench" })
      : Effect.fail(new SocketUnauthorized()),
  mayOpen: Effect.succeed(true),
  report: ({ reason }) => Effect.logWarning(reason)
})

/** Commits one event of the tenant that the body names. */
const publishRoute = HttpRouter.use(Effect.fnUntraced(function*(router) {
  const { publishAll } = yield* Outbox
  const sql = yield* SqlClient.SqlClient
  yield* router.add(
    "POST",
    "/publish",
    Effect.gen(function*() {
      const { text } = yield* HttpServerRequest.HttpServerRequest
      const tenant = TenantId.make(yield* text)
      yield* publishAll([{ type: "bench.told", subject: String(wallMillis()), payload: {} }]).pipe(
        withTenant,
        asTenant(tenant),
        Effect.provideService(SqlClient.SqlClient, sql)
      )
      return HttpServerResponse.empty()
    }).pipe(Effect.orDie)
  )
}))

/** The live feed and the outbox on a port of their own. */
const server = (address: DatabaseAddress) =>
  HttpRouter.serve(
    Layer.merge(liveRoute({ publicUrl: "https://innkeeper.example" }), publishRoute),
    { disableListenLog: true, disableLogger: true }
  ).pipe(
    Layer.provide([LiveAuthorizationByViewers, LiveFeed.layer, Health.layer, Outbox.layer]),
    Layer.provide(AnyViewer),
    Layer.provide(OutboxSignal.layer),
    Layer.provide(innkeeperPool(address)),
    Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
  )

podMain((address) =>
  Effect.flatMap(Layer.build(server(address)), (services) =>
    Effect.provideContext(
      Effect.map(HttpServer.HttpServer, ({ address }) => address._tag === "UnixPathAddress" ? 0 : address.port),
      services
    ))
)
