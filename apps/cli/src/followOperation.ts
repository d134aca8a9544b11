import { isTold, isUnderWay, lineText, type OperationLine, type TenantOperation } from "@innkeeper/platform/api"
import { Console, Effect, Schedule } from "effect"
import type { AdminClient } from "./AdminClient.ts"
import type { CallError } from "./explain.ts"
import { linesOf } from "./linesOf.ts"

/** How often the server is asked how far an operation is. */
const every = "1 second"

/** Failures that pass, as while the server is being updated or has no database. */
const passing: ReadonlySet<CallError["_tag"]> = new Set([
  "HttpClientError",
  "Unavailable",
  "TooManyRequests",
  "InternalServerErrorProblem"
])

/** Asks again for a minute while no answer comes, or one that says to come back. */
const patiently = <A, E extends CallError>(call: Effect.Effect<A, E>) =>
  Effect.retry(call, {
    while: (error) => passing.has(error._tag),
    times: 60,
    schedule: Schedule.spaced(every)
  })

const printLine = (line: OperationLine) =>
  Console.log(line.event === null ? line.step : lineText(line).replace(/^/gm, "  "))

/**
 * Waits until an operation has ended, or waits itself for the end of a retention, and prints what happens meanwhile unless
 * `quiet`. When the command is ended before, or gives up, it says that the operation goes on.
 */
export const followOperation = (
  client: AdminClient,
  operation: TenantOperation,
  options: { readonly quiet: boolean }
) =>
  Effect.gen(function*() {
    const params = { slug: operation.slug, id: operation.id }
    let after = 0
    while (true) {
      // First how it stands, then what happened: nothing is written after the end.
      const current = yield* patiently(client.lifecycle.operation({ params }))
      const lines = yield* patiently(linesOf(client, params, after))
      if (!options.quiet) yield* Effect.forEach(lines.filter(isTold), printLine, { discard: true })
      after = lines.at(-1)?.number ?? after
      if (!isUnderWay(current.status) || current.status === "waiting") return current
      yield* Effect.sleep(every)
    }
  }).pipe(
    Effect.onError(() =>
      Console.error(
        `The operation goes on. innkeeper tenants watch ${operation.slug} follows it, `
          + `innkeeper tenants cancel ${operation.slug} stops it.`
      )
    )
  )
