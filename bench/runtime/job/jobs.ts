import { Effect } from "effect"
import { milliseconds, perSecond, type Row } from "../../lib/table.ts"
import { compare } from "../compare.ts"
import type { Scale } from "../Scale.ts"
import { type JobsMeasured, JobsMeasured as Measured } from "./measureJobs.ts"

const programs = {
  "pg-boss": import.meta.resolve("./pgBoss.ts"),
  "graphile-worker": import.meta.resolve("./graphileWorker.ts")
}

const badness = ({ singly, together }: JobsMeasured) => 1 / singly.result + 1 / together.result

/** Jobs: from storing to start when idle, and how many a second. */
export const jobs = Effect.fnUntraced(function*(scale: Scale) {
  const plain = yield* compare({ programs, measure: "jobs", result: Measured, scale, badness })
  const { "graphile-worker": batched } = yield* compare({
    programs: { "graphile-worker": programs["graphile-worker"] },
    measure: "batched",
    result: Measured,
    scale,
    badness
  })
  const peers: Readonly<Record<string, JobsMeasured>> = { ...plain, "graphile-worker, batching": batched }
  return Object.entries(peers).flatMap(([name, peer]): ReadonlyArray<Row> => [
    { measure: "Job when idle, from storing to start: p50", ours: "", peer: `${name} ${milliseconds(peer.idle.p50)}` },
    { measure: "Job when idle, from storing to start: p99", ours: "", peer: `${name} ${milliseconds(peer.idle.p99)}` },
    {
      measure: `${scale.jobs} jobs, stored 100 at a time`,
      ours: "",
      peer: `${name} ${perSecond(peer.together.result)}`
    },
    { measure: `${scale.jobs} jobs, stored one by one`, ours: "", peer: `${name} ${perSecond(peer.singly.result)}` },
    {
      measure: `${scale.jobs} jobs, stored one by one: statements, commits, write-ahead log of one`,
      ours: "",
      peer: `${name} ${peer.singly.cost.statements.toFixed(1)}, ${peer.singly.cost.commits.toFixed(1)}, ${
        Math.round(peer.singly.cost.walBytes)
      } B`
    }
  ])
})
