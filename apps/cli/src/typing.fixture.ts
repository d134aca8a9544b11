/** A terminal at which somebody types. Tests only. */
import { Effect, Option, Queue, Terminal } from "effect"

/** A terminal that is typed these letters at, a line's end for Enter. Nothing that is displayed can be seen. */
export const typing = (letters: string) => {
  const readInput = Effect.gen(function*() {
    const keys = yield* Queue.make<Terminal.UserInput>()
    yield* Queue.offerAll(
      keys,
      Array.from(letters, (letter) => ({
        input: letter === "\n" ? Option.none() : Option.some(letter),
        key: { name: letter === "\n" ? "return" : letter, ctrl: false, meta: false, shift: false }
      }))
    )
    return keys
  })
  return Terminal.make({
    columns: Effect.succeed(80),
    rows: Effect.succeed(24),
    size: Effect.flatMap(Queue.make<Terminal.Size>(), Effect.succeed),
    readInput,
    readLine: Effect.succeed(letters),
    display: () => Effect.void
  })
}
