import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { planTenant } from "@innkeeper/infrastructure/api"
import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { milliseconds, type Row, table } from "../lib/table.ts"
import manifest from "../package.json" with { type: "json" }
import { comparedObjects, sameObjects, synthesize } from "./cdk8s.ts"
import { measure } from "./measure.ts"
import { preview } from "./preview.ts"
import { environment, tenants } from "./Tenants.ts"

const full = { counts: [1, 100, 1000], runs: 9 }
const quick = { counts: [1, 10], runs: 1 }

const aims: Readonly<Record<number, string>> = { 1000: "under 1 s" }

const kibibytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`

const bench = Command.make("bench:provisioning", {
  quick: Flag.Boolean("quick").pipe(
    Flag.withDescription("A short run that shows that all works; its numbers say little"),
    Flag.withDefault(false)
  )
}, (options) =>
  Effect.gen(function*() {
    const scale = options.quick ? quick : full
    const within = yield* environment
    const rows: Array<Row> = []
    for (const count of scale.counts) {
      const configs = yield* tenants(count)
      const plans = yield* measure(Effect.forEach(configs, (config) => planTenant(config, within)), scale.runs)
      const stacks = comparedObjects(plans.kept)
      yield* Effect.sync(() => sameObjects(stacks))
      const peer = yield* measure(Effect.sync(() => synthesize(stacks)), scale.runs)
      const objects = plans.kept.reduce((sum, plan) => sum + plan.objects.length, 0)
      const partial = stacks.reduce((sum, stack) => sum + stack.objects.length, 0)
      rows.push({
        measure: count === 1 ? "1 plan, time" : `${count} plans, time`,
        ours: `${milliseconds(plans.milliseconds)}, ${objects} objects`,
        peer: `${milliseconds(peer.milliseconds)}, ${partial} objects`,
        ratio: plans.milliseconds / peer.milliseconds,
        aim: aims[count] ?? ""
      })
      // One plan is less than what the collector leaves by chance.
      if (count > 1) {
        rows.push({
          measure: `${count} plans, memory of each`,
          ours: kibibytes(plans.bytes / count),
          peer: kibibytes(peer.bytes / count)
        })
      }
    }
    const previewed = yield* measure(preview(0), scale.runs)
    rows.push({
      measure: "Preview of one tenant against mocks",
      ours: `${milliseconds(previewed.milliseconds)}, ${previewed.kept} resources`,
      aim: "under 50 ms"
    })
    yield* Console.log(table(rows, "cdk8s"))
    yield* Console.log(
      "\nInnkeeper plans everything; cdk8s is given the fields of namespace, quota, limits and network policies alone."
    )
    if (options.quick) yield* Console.log("A quick run: these numbers are too few to say anything.")
  })).pipe(Command.withDescription("Measures plans of tenants: time and memory, beside cdk8s"))

Command.run(bench, { version: manifest.version }).pipe(
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain
)
