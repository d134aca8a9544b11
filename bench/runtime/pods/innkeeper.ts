import { Effect, Layer } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import { distributionOf } from "../../lib/distribution.ts"
import { innkeeperDatabase } from "../innkeeperDatabase.ts"
import { Meter } from "../Meter.ts"
import { startPod } from "../pod.ts"
import { sideMain, type Task } from "../side.ts"
import { PodRan, PodRun } from "./PodRun.ts"
import type { PodsMeasured } from "./pods.ts"

const pod = import.meta.resolve("./innkeeperPod.ts")

/** Callers of each pod. */
const callers = 32

/** As many pods as `measure` says on one database: what they carry together, and what they cost while they rest. */
const measurePods = Effect.fnUntraced(function*({ address, measure, scale: { seconds, warmUp } }: Task) {
  const { costOf } = yield* Meter
  const client = yield* HttpClient.HttpClient
  const pods = yield* Effect.forEach(Array.from({ length: Number(measure) }), () => startPod(pod, address))

  let first = 0
  const run = Effect.fnUntraced(function*(callers: number, seconds: number) {
    const ran = yield* Effect.forEach(pods, ({ port }) => {
      first += 1_000_000
      return HttpClientRequest.post(`http://127.0.0.1:${port}/run`).pipe(
        HttpClientRequest.schemaBodyJson(PodRun)(new PodRun({ callers, seconds, first })),
        Effect.flatMap(client.execute),
        Effect.flatMap(HttpClientResponse.schemaBodyJson(PodRan))
      )
    }, { concurrency: "unbounded" })
    const times = ran.flatMap(({ times }) => times)
    return {
      ...distributionOf(times),
      perSecond: ran.reduce((sum, { lasted, times }) => sum + times.length / (lasted / 1000), 0),
      ownMillis: ran.reduce((sum, { ownMillis }) => sum + ownMillis, 0)
    }
  })

  // Until each pod has its shards.
  yield* run(callers, warmUp + 4)
  const busy = yield* costOf(run(callers, seconds), ({ count }) => count)
  yield* Effect.sleep("3 seconds")
  const idle = yield* costOf(run(0, seconds), () => seconds)
  const measured: PodsMeasured = {
    busy: {
      ...busy.result,
      cost: { ...busy.cost, ownMillis: busy.result.ownMillis / busy.result.count }
    },
    idle: { ...idle.cost, ownMillis: idle.result.ownMillis / seconds }
  }
  return measured
}, Effect.scoped)

sideMain((task) =>
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(
    Effect.orDie(measurePods(task)),
    Layer.mergeAll(Meter.layer(task.address), innkeeperDatabase(task.address), FetchHttpClient.layer)
  )
)
