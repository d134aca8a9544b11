import type { TenantSlug } from "@innkeeper/config"
import {
  configIssues,
  isUnderWay,
  type OperationKind,
  type OperationRequest,
  TenantOperation,
  TenantPlan
} from "@innkeeper/platform/api"
import { Console, Effect, Result, Schema } from "effect"
import { Flag, Prompt, TerminalCapabilities } from "effect/cli"
import type { AdminClient } from "./AdminClient.ts"
import type { CallError } from "./explain.ts"
import { Failure } from "./Failure.ts"
import { followOperation } from "./followOperation.ts"
import { describeIssues } from "./Issues.ts"
import { jsonFlag, printing } from "./operator.ts"
import { operationWords, planReport } from "./planReport.ts"
import type { Source } from "./Source.ts"
import { instant } from "./table.ts"

/** Flags of every command that does something with a tenant. */
export const operationFlags = {
  plan: Flag.Boolean("plan").pipe(
    Flag.withDescription("Say what would be done, and do nothing"),
    Flag.withDefault(false)
  ),
  yes: Flag.Boolean("yes").pipe(
    Flag.withAlias("y"),
    Flag.withDescription("Do it without a question, for scripts"),
    Flag.withDefault(false)
  ),
  detach: Flag.Boolean("detach").pipe(
    Flag.withDescription("Return as soon as it is accepted, and do not wait for its end"),
    Flag.withDefault(false)
  ),
  json: jsonFlag
}

type Options = { readonly [Name in keyof typeof operationFlags]: boolean }

const printPlan = printing(TenantPlan)

/** What was accepted, and how it ended if that was waited for; null where nothing had to be done. */
const printOutcome = printing(Schema.Struct({ operation: Schema.NullOr(TenantOperation) }))

/** Asks whether to go on, after the plan was shown; an off-boarding has to be confirmed by the tenant's slug. */
const confirm = Effect.fnUntraced(function*({ kind, slug }: TenantPlan) {
  const agreed = yield* Prompt.run(
    kind === "offboard"
      ? Prompt.map(Prompt.String({ message: `Type ${slug} to off-board it:` }), (typed) => typed === slug)
      : Prompt.Confirm({ message: `${operationWords[kind]} ${slug}?` })
  ).pipe(Effect.catchTag("QuitError", () => Effect.succeed(false)))
  if (!agreed) return yield* new Failure({ message: "Nothing was done." })
})

/** What the server finds wrong with a configuration, at its line in the file. */
const atItsLine = (source: Source | undefined) => <A, E extends CallError>(call: Effect.Effect<A, E>) =>
  Effect.mapError(call, (error: CallError) => {
    const issues = error._tag === "Unprocessable" ? configIssues(error.errors) : []
    if (source === undefined || issues.length === 0) return error
    const atFields = issues.filter(({ path }) => path.length > 0)
    const ofAll = issues.filter(({ path }) => path.length === 0).map(({ message }) => `${source.file}: ${message}`)
    return new Failure({
      message: [describeIssues(source, atFields), ...ofAll].filter((line) => line !== "").join("\n")
    })
  })

/** Whether such a thing is being done with the tenant at the moment. */
const isBeingDone = (client: AdminClient, slug: TenantSlug, kind: OperationKind) =>
  Effect.map(
    client.lifecycle.get({ params: { slug } }),
    ({ operation }) => operation !== null && operation.kind === kind && isUnderWay(operation.status)
  )

/** How an operation ended that was waited for; a failure if it did not do what was asked. */
const reportEnd = ({ backup, kind, problems, removeAt, slug, status }: TenantOperation) => {
  switch (status) {
    case "failed":
      return Result.fail(new Failure({ message: [`${slug}: ${kind} failed.`, ...problems].join("\n") }))
    case "cancelled":
      return Result.fail(new Failure({ message: `${slug}: ${kind} was cancelled, and what it did is undone.` }))
    case "waiting":
      return Result.succeed(
        `${slug} answers nobody${backup === null ? "" : `; its backup is ${backup}`}.\n`
          + `Its data is deleted after ${instant(removeAt)}; innkeeper tenants restore ${slug} prevents that.`
      )
    default:
      return Result.succeed(`${slug}: ${kind} succeeded.${backup === null ? "" : ` Its backup is ${backup}.`}`)
  }
}

/**
 * Does something with a tenant: shows the plan, asks, and waits for the end. `source` is the file that states the request's
 * configuration.
 */
export const operate = Effect.fnUntraced(function*(
  client: AdminClient,
  { payload, slug, source }: {
    readonly slug: TenantSlug
    readonly payload: OperationRequest
    readonly source?: Source
  },
  { detach, json, plan: planOnly, yes }: Options
) {
  const params = { slug }
  const planning = atItsLine(source)(client.lifecycle.plan({ params, payload }))
  // There is no plan of what is being done already; the server then answers with that operation, which is followed.
  const plan = yield* planOnly ?
    planning :
    Effect.catchTag(
      planning,
      "Conflict",
      Effect.fnUntraced(function*(conflict) {
        if (yes || (yield* isBeingDone(client, slug, payload.kind))) return null
        return yield* conflict
      })
    )
  if (planOnly && plan !== null) return yield* printPlan(plan, json, planReport)
  if (!json && plan !== null) yield* Console.log(planReport(plan))
  if (!yes && plan !== null && !plan.unchanged) {
    const { canPrompt } = yield* TerminalCapabilities.TerminalCapabilities
    if (json || !canPrompt) {
      return yield* new Failure({
        message: "Nothing was done. Say --yes to do it without a question, or --plan to see what it would be."
      })
    }
    yield* confirm(plan)
  }
  const { operation } = yield* atItsLine(source)(client.lifecycle.operate({ params, payload }))
  if (operation === null || detach) {
    return yield* printOutcome({ operation }, json, () =>
      operation === null
        ? "Nothing was done."
        : `Accepted as ${operation.id}. innkeeper tenants watch ${slug} follows it.`)
  }
  if (!json) yield* Console.log("")
  yield* finish(client, operation, json)
})

/** Waits for the end of an operation, printing what happens, and says how it ended. */
export const finish = Effect.fnUntraced(function*(client: AdminClient, operation: TenantOperation, json: boolean) {
  const end = yield* followOperation(client, operation, { quiet: json })
  const outcome = reportEnd(end)
  if (json || Result.isSuccess(outcome)) {
    yield* printOutcome({ operation: end }, json, () => Result.getOrElse(outcome, () => ""))
  }
  yield* Effect.fromResult(outcome)
})
