import { Console, Context, Effect, type Schema } from "effect"
import { BenchPostgres } from "./BenchPostgres.ts"
import { ProfileFolder } from "./ProfileFolder.ts"
import type { Scale } from "./Scale.ts"
import { runSide, Task } from "./side.ts"

/** How often each side measures; the best of its rounds counts, so that what else the machine does counts less. */
export const Rounds = Context.Reference<number>("bench/runtime/Rounds", { defaultValue: () => 1 })

/** Lets one program after the other measure the same, each on an empty database of its own, and all of that some rounds. */
export const compare = Effect.fnUntraced(function*<Name extends string, S extends Schema.Constraint>(options: {
  readonly programs: Readonly<Record<Name, string>>
  readonly measure: string
  readonly result: S
  readonly scale: Scale
  /** Tells which of a side's rounds was the best: the one for which this is smallest. */
  readonly badness: (result: S["Type"]) => number
}) {
  const { database } = yield* BenchPostgres
  const profile = yield* ProfileFolder
  const rounds = yield* Rounds
  const best: Record<string, S["Type"]> = {}
  for (let round = 1; round <= rounds; round++) {
    for (const [name, program] of Object.entries<string>(options.programs)) {
      yield* Console.log(`  ${options.measure}: ${name}${rounds > 1 ? `, round ${round}` : ""}`)
      const address = yield* database(`bench_${name.toLowerCase().replaceAll(/\W/g, "_")}`)
      const task = new Task({ address, scale: options.scale, measure: options.measure })
      const result = yield* runSide({ program, task, result: options.result, profile })
      const before = best[name]
      if (before === undefined || options.badness(result) < options.badness(before)) best[name] = result
    }
  }
  return best as Readonly<Record<Name, S["Type"]>>
})
