import { Metric } from "effect"

export const started = Metric.counter("jobs_started", { description: "Attempts at jobs that began", incremental: true })

export const ended = Metric.counter("jobs_ended", {
  description: "Attempts at jobs that ended, by the state the job is in then",
  incremental: true
})

export const waited = Metric.histogram("jobs_wait_seconds", {
  description: "From when a job was due to when its attempt began",
  boundaries: [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 60, 600]
})

export const running = Metric.gauge("jobs_running", { description: "Attempts that run in this process" })
