import { Console, Effect, type Schema } from "effect"
import { BenchPostgres } from "./BenchPostgres.ts"
import { ProfileFolder } from "./ProfileFolder.ts"
import type { Scale } from "./Scale.ts"
import { runSide, Task } from "./side.ts"

/** Lets one program after the other measure the same, each on an empty database of its own. */
export const compare = Effect.fnUntraced(function*<Name extends string, S extends Schema.Constraint>(options: {
  readonly programs: Readonly<Record<Name, string>>
  readonly measure: string
  readonly result: S
  readonly scale: Scale
}) {
  const { database } = yield* BenchPostgres
  const profile = yield* ProfileFolder
  const results: Record<string, S["Type"]> = {}
  for (const [name, program] of Object.entries<string>(options.programs)) {
    yield* Console.log(`  ${options.measure}: ${name}`)
    const address = yield* database(`bench_${name.toLowerCase().replaceAll(/\W/g, "_")}`)
    const task = new Task({ address, scale: options.scale, measure: options.measure })
    results[name] = yield* runSide({ program, task, result: options.result, profile })
  }
  return results as Readonly<Record<Name, S["Type"]>>
})
