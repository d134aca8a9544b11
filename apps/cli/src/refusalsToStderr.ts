import { Console, Effect } from "effect"
import { CliOutput } from "effect/cli"

/**
 * Tells how a command is called, where it was called in another way, on standard error: what programs and files take from
 * standard output is the command's result alone. Help that was asked for is a result.
 */
export const refusalsToStderr = CliOutput.layerPresenter({
  present: Effect.fnUntraced(function*(event) {
    const console = yield* Console.Console
    const aside: Console.Console = Object.assign(Object.create(console), { log: console.error })
    yield* CliOutput.defaultPresenter.present(event).pipe(
      Effect.provideService(Console.Console, event._tag === "InvalidInvocation" ? aside : console)
    )
  })
})
