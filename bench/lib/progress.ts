import { Console, Effect, Schedule } from "effect"

/** Prints a line every five seconds for as long as the scope lives, so that nobody takes a long measurement for a hang. */
export const progress = (line: () => string) =>
  Effect.suspend(() => Console.log(`  ${line()}`)).pipe(
    Effect.delay("5 seconds"),
    Effect.repeat(Schedule.forever)
  )
