import { Effect, FileSystem, Result } from "effect"
import { Failure } from "./Failure.ts"
import { readSource } from "./Source.ts"

/** Fails on what is not UTF-8, instead of replacing it; leaves out a byte order mark. */
const decodeText = (file: string, bytes: Uint8Array) =>
  Result.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => new Failure({ message: `${file}: expected UTF-8` })
  })

/** Reads a file of YAML or JSON; what keeps it from being read is one sentence. */
export const readSourceFile = Effect.fnUntraced(function*(file: string) {
  const files = yield* FileSystem.FileSystem
  const bytes = yield* files.readFile(file).pipe(
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
  return yield* Effect.fromResult(Result.flatMap(decodeText(file, bytes), (text) => readSource(file, text)))
})
