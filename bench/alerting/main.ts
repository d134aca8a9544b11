import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { FetchHttpClient } from "effect/http"
import { freshly } from "../lib/freshly.ts"
import { machine, said, warnWhenBusy } from "../lib/machine.ts"
import { type Row, table } from "../lib/table.ts"
import manifest from "../package.json" with { type: "json" }
import { footprint } from "./footprint.ts"
import { ingest } from "./ingest.ts"
import { innkeeperWithMail, ProfileFolder } from "./Innkeeper.ts"
import { postgresVersion } from "./MeasuredStore.ts"
import { paging } from "./paging.ts"
import { full, quick } from "./Scale.ts"
import { timers } from "./timers.ts"

const parts = ["ingest", "paging", "timers", "footprint"] as const

const bench = Command.make("bench:alerting", {
  chosen: Argument.Literals("part", parts).pipe(
    Argument.withDescription("What to measure; everything if left out"),
    Argument.variadic()
  ),
  quick: Flag.Boolean("quick").pipe(
    Flag.withDefault(false),
    Flag.withDescription("A short run that shows that all works; its numbers say little")
  ),
  profile: Flag.Directory("profile").pipe(
    Flag.withDescription("Folder for CPU profiles of the server; profiling slows it down"),
    Flag.optional
  )
}, (options) =>
  Effect.gen(function*() {
    const chosen = options.chosen.length === 0 ? parts : options.chosen
    const scale = options.quick ? quick : full
    yield* warnWhenBusy
    const facts = yield* machine(yield* freshly(postgresVersion, innkeeperWithMail), {
      Alertmanager: yield* said("prometheus-alertmanager", "--version")
    })
    const rows: Array<Row> = []
    if (chosen.includes("ingest")) rows.push(...(yield* ingest(scale)))
    if (chosen.includes("paging")) rows.push(...(yield* paging(scale)))
    if (chosen.includes("timers")) rows.push(...(yield* timers(scale)))
    if (chosen.includes("footprint")) rows.push(...(yield* footprint(scale)))
    yield* Console.log(`\n${facts}\n\n${table(rows)}`)
    if (options.quick) yield* Console.log("\nA quick run: these numbers are too few to say anything.")
  }).pipe(Effect.provideService(ProfileFolder, Option.getOrUndefined(options.profile)))).pipe(
    Command.withDescription("Measures alerting: ingest beside Alertmanager, paging, timers, memory and size")
  )

Command.run(bench, { version: manifest.version }).pipe(
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(Layer.merge(NodeServices.layer, FetchHttpClient.layer)),
  NodeRuntime.runMain
)
