import { decodeTenantConfig, ProvisionRequest } from "@innkeeper/config"
import { Effect, Schema } from "effect"
import { backupNameOf } from "../plan/backupNames.ts"
import { deletionsOf, diffPlans } from "../plan/diffPlans.ts"
import type { PlanOptions } from "../plan/OwnTenant.ts"
import type { Plan } from "../plan/Plan.ts"
import { type PlanEnvironment, problemsAt } from "../plan/PlanEnvironment.ts"
import { PlanRefused } from "../plan/PlanRefused.ts"
import { planTenant } from "../plan/planTenant.ts"
import { refusing } from "./ProvisionFailed.ts"
import type { Work } from "./Work.ts"

const refuse = (field: string, problem: string) => new PlanRefused({ problems: [{ field, problem }] })

const Line = Schema.fromJsonString(ProvisionRequest)

/** As much of a plan as shows that it is one: this program wrote it itself. */
const Recorded = Schema.Struct({
  stack: Schema.String,
  tier: Schema.Literals(["pooled", "isolated", "dedicated"]),
  passwords: Schema.Array(Schema.Json),
  secrets: Schema.Array(Schema.Json),
  cloud: Schema.Array(Schema.Json),
  objects: Schema.Array(Schema.Json),
  dns: Schema.Array(Schema.Json)
})
const isRecorded = Schema.is(Recorded)

const beforeOf = ({ before }: ProvisionRequest): Effect.Effect<Plan | undefined, PlanRefused> => {
  if (before === null) return Effect.undefined
  const record: unknown = before
  return isRecorded(record)
    ? Effect.succeed(record as unknown as Plan)
    : Effect.fail(refuse("before", "expected what this program returned as its record"))
}

const optionsOf = ({ action, move, operation, restoreFrom, service }: ProvisionRequest): PlanOptions => ({
  service,
  backup: action === "backup" ? backupNameOf(operation) : null,
  restoreFrom,
  move: move === undefined ? null : { direction: move.direction, operation },
  release: false
})

/** Where a tenant with a database of its own gets another one, its data has to come along. */
const refuseEmptyDatabase = ({ action, restoreFrom }: ProvisionRequest, before: Plan | undefined, after: Plan) =>
  action === "apply" && restoreFrom === null && before?.tier === "isolated" && after.tier === "dedicated"
    ? Effect.fail(refuse("restoreFrom", "expected the name of a backup, since the tenant gets another database"))
    : Effect.void

const refuseOtherStack = (before: Plan | undefined, { stack }: Plan) =>
  before !== undefined && before.stack !== stack
    ? Effect.fail(refuse("slug", `expected ${before.stack}, which was built, got ${stack}`))
    : Effect.void

/** What a line asks for in this environment. What is wrong with it is told in a sentence for each field. */
export const readRequest = Effect.fnUntraced(
  function*(line: string, environment: PlanEnvironment) {
    const request = yield* Schema.decodeEffect(Line)(line, { errors: "all" }).pipe(
      Effect.mapError(({ issue }) => new PlanRefused({ problems: problemsAt("request", issue) }))
    )
    const destroying = request.action === "destroy" || request.action === "preview-destroy"
    const known = yield* beforeOf(request)
    // Of a tenant that leaves the pool nothing was built.
    const before = known?.tier === "pooled" && request.move?.direction === "in" ? undefined : known
    const options = optionsOf(request)
    const plan = yield* planTenant(yield* decodeTenantConfig(request.config), environment, options)
    yield* refuseOtherStack(before, plan)
    if (!destroying) yield* refuseEmptyDatabase(request, before, plan)
    const changes = destroying
      ? before === undefined ? [] : deletionsOf(before)
      : yield* diffPlans(before, plan)
    const work: Work = { request, options, plan, before, changes }
    return work
  },
  Effect.mapError(refusing)
)
