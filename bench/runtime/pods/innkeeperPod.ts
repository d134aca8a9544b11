import { NodeHttpServer } from "@effect/platform-node"
import { clusterLayer } from "@innkeeper/runtime"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import { WorkflowEngine } from "effect/workflow"
import { createServer } from "node:http"
import { timesOf } from "../../lib/closedLoop.ts"
import { ownProcessorMillis } from "../../lib/processorTime.ts"
import { freePort } from "../../lib/program.ts"
import { innkeeperPool } from "../innkeeperDatabase.ts"
import { podMain } from "../pod.ts"
import { OneStep, OneStepLive } from "../workflow/OneStep.ts"
import { PodRan, PodRun } from "./PodRun.ts"

/** Runs workflows from this pod; each is run by the pod whose shard it falls into. */
const runRoute = HttpRouter.use(Effect.fnUntraced(function*(router) {
  const engine = yield* WorkflowEngine.WorkflowEngine
  const call = (id: number) => Effect.provideService(OneStep.execute({ id }), WorkflowEngine.WorkflowEngine, engine)
  yield* router.add(
    "POST",
    "/run",
    Effect.gen(function*() {
      const { callers, first, seconds } = yield* HttpServerRequest.schemaBodyJson(PodRun)
      const before = yield* ownProcessorMillis
      const ran = callers === 0
        ? yield* Effect.as(Effect.sleep(`${seconds} seconds`), { times: [], lasted: seconds * 1000 })
        : yield* timesOf({ callers, lasting: `${seconds} seconds`, first, call })
      return yield* HttpServerResponse.schemaJson(PodRan)(
        new PodRan({ ...ran, ownMillis: (yield* ownProcessorMillis) - before })
      )
    }).pipe(Effect.orDie)
  )
}))

podMain((address) =>
  Effect.gen(function*() {
    const port = yield* freePort
    const services = yield* Layer.build(
      HttpRouter.serve(runRoute, { disableListenLog: true, disableLogger: true }).pipe(
        Layer.provide(OneStepLive),
        Layer.provide(clusterLayer({ kind: "cluster", host: "127.0.0.1", port })),
        Layer.provide(innkeeperPool(address)),
        Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
      )
    )
    const { address: bound } = yield* Effect.provideContext(HttpServer.HttpServer, services)
    return bound._tag === "UnixPathAddress" ? 0 : bound.port
  })
)
