import { Effect, FileSystem } from "effect"
import { Failure } from "./Failure.ts"
import { readSource } from "./Source.ts"

/** Reads a file of YAML or JSON; what keeps it from being read is one sentence. */
export const readSourceFile = Effect.fnUntraced(function*(file: string) {
  const files = yield* FileSystem.FileSystem
  const text = yield* files.readFileString(file).pipe(
    Effect.mapError(({ reason }) =>
      new Failure({
        message: reason._tag === "NotFound"
          ? `${file}: expected a file, found none`
          : reason._tag === "BadResource"
          ? `${file}: expected a file, found a folder`
          : `${file}: expected a file that can be read: ${reason.description ?? reason._tag}`
      })
    )
  )
  return yield* Effect.fromResult(readSource(file, text))
})
