import { Effect, Layer, Metric, Schedule } from "effect"
import { monitorEventLoopDelay } from "node:perf_hooks"

/** Names as in Prometheus' own client libraries, so that common dashboards fit. */
const residentMemory = Metric.gauge("process_resident_memory_bytes", { description: "Memory of the process" })
const heapUsed = Metric.gauge("nodejs_heap_size_used_bytes", { description: "Used part of V8's heap" })
const heapTotal = Metric.gauge("nodejs_heap_size_total_bytes", { description: "Size of V8's heap" })
const cpu = Metric.counter("process_cpu_seconds", {
  description: "Processor time of the process, in seconds",
  incremental: true
})
const uptime = Metric.gauge("process_uptime_seconds", { description: "Time since the process started" })
const lagMean = Metric.gauge("nodejs_eventloop_lag_mean_seconds", {
  description: "Mean delay of the event loop in the last interval"
})
const lagP99 = Metric.gauge("nodejs_eventloop_lag_p99_seconds", {
  description: "99th percentile of the event loop's delay in the last interval"
})
const lagMax = Metric.gauge("nodejs_eventloop_lag_max_seconds", {
  description: "Longest delay of the event loop in the last interval"
})

/** Timer resolution of Node.js' own monitor, in milliseconds; it is part of each delay and taken off. */
const resolution = 10

/** Measures the process every 10 s: memory, processor, event loop. */
export const processMetricsLayer = Layer.effectDiscard(Effect.gen(function*() {
  const delay = yield* Effect.acquireRelease(
    Effect.sync(() => {
      const delay = monitorEventLoopDelay({ resolution })
      delay.enable()
      return delay
    }),
    (delay) => Effect.sync(() => delay.disable())
  )
  const seconds = (nanoseconds: number) => Math.max(0, (nanoseconds || 0) / 1e9 - resolution / 1e3)

  let counted = 0
  const measure = Effect.gen(function*() {
    const memory = process.memoryUsage()
    const { system, user } = process.cpuUsage()
    yield* Metric.update(residentMemory, memory.rss)
    yield* Metric.update(heapUsed, memory.heapUsed)
    yield* Metric.update(heapTotal, memory.heapTotal)
    yield* Metric.update(cpu, (user + system) / 1e6 - counted)
    counted = (user + system) / 1e6
    yield* Metric.update(uptime, process.uptime())
    yield* Metric.update(lagMean, seconds(delay.mean))
    yield* Metric.update(lagP99, seconds(delay.percentile(99)))
    yield* Metric.update(lagMax, seconds(delay.max))
    delay.reset()
  })
  yield* measure
  yield* measure.pipe(Effect.repeat(Schedule.spaced("10 seconds")), Effect.forkScoped)
}))
