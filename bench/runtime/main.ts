import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, FileSystem, Layer, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { FetchHttpClient } from "effect/http"
import { fileURLToPath } from "node:url"
import { machine, warnWhenBusy } from "../lib/machine.ts"
import { type Row, table } from "../lib/table.ts"
import manifest from "../package.json" with { type: "json" }
import { BenchPostgres } from "./BenchPostgres.ts"
import { ShowQueries } from "./callRows.ts"
import { Rounds } from "./compare.ts"
import { entity } from "./entity/entity.ts"
import { incident } from "./incident/incident.ts"
import { fairness, jobs, tenants } from "./job/jobs.ts"
import { live } from "./live/live.ts"
import { redisVersion } from "./live/redisServer.ts"
import { pods } from "./pods/pods.ts"
import { ProfileFolder } from "./ProfileFolder.ts"
import { full, quick } from "./Scale.ts"
import { timers, workflow } from "./workflow/workflow.ts"

const parts = { workflow, timers, entity, jobs, fairness, tenants, live, pods, incident }
const names = ["workflow", "timers", "entity", "jobs", "fairness", "tenants", "live", "pods", "incident"] as const

/** What is installed of a peer. */
const versionOf = Effect.fnUntraced(function*(name: string) {
  const fs = yield* FileSystem.FileSystem
  const manifest = fileURLToPath(new URL(`../node_modules/${name}/package.json`, import.meta.url))
  return (yield* Schema.decodeEffect(Manifest)(yield* fs.readFileString(manifest))).version
})
const Manifest = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))

const peerVersions = Effect.all({
  Redis: Effect.map(redisVersion, Option.getOrElse(() => "none, so Socket.IO has its PostgreSQL adapter")),
  DBOS: versionOf("@dbos-inc/dbos-sdk"),
  "pg-boss": versionOf("pg-boss"),
  "Graphile Worker": versionOf("graphile-worker"),
  "Socket.IO": versionOf("socket.io"),
  "Socket.IO's Redis adapter": versionOf("@socket.io/redis-adapter"),
  "Socket.IO's PostgreSQL adapter": versionOf("@socket.io/postgres-adapter")
})

const bench = Command.make("bench:runtime", {
  chosen: Argument.Literals("part", names).pipe(
    Argument.withDescription("What to measure; everything if left out"),
    Argument.variadic()
  ),
  quick: Flag.Boolean("quick").pipe(
    Flag.withDefault(false),
    Flag.withDescription("A short run, to see the effect of a change")
  ),
  rounds: Flag.Int("rounds").pipe(
    Flag.withDefault(1),
    Flag.withDescription("How often each side measures; the best of its rounds counts")
  ),
  queries: Flag.Boolean("queries").pipe(
    Flag.withDefault(false),
    Flag.withDescription("Shows which statements a workflow and an entity call are made of")
  ),
  profile: Flag.Directory("profile").pipe(
    Flag.withDescription("Folder for a CPU profile of each side; profiling slows it down"),
    Flag.optional
  )
}, (options) =>
  Effect.gen(function*() {
    const chosen = options.chosen.length === 0 ? names : options.chosen
    yield* warnWhenBusy
    const { version } = yield* BenchPostgres
    const rows: Array<Row> = []
    for (const name of names) {
      if (!chosen.includes(name)) continue
      const part = yield* parts[name](options.quick ? quick : full)
      if (chosen.length > 1) yield* Console.log(`\n${table(part, "Peer")}\n`)
      rows.push(...part)
    }
    yield* Console.log(`${yield* machine(version, yield* peerVersions)}\n\n${table(rows, "Peer")}`)
  }).pipe(
    Effect.provideService(ProfileFolder, Option.getOrUndefined(options.profile)),
    Effect.provideService(Rounds, options.rounds),
    Effect.provideService(ShowQueries, options.queries)
  )).pipe(
    Command.withDescription("Measures the runtime beside its peers on one PostgreSQL")
  )

Command.run(bench, { version: manifest.version }).pipe(
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(Layer.mergeAll(NodeServices.layer, FetchHttpClient.layer, BenchPostgres.layer)),
  NodeRuntime.runMain
)
