import type { TenantSlug } from "@innkeeper/config"
import { platformWork } from "@innkeeper/database"
import { Context, Effect, Layer, Stream } from "effect"
import { SecureRandom } from "effect/crypto"
import { Conflict, NotFound, Unavailable, Unprocessable } from "../access/Problems.ts"
import { MoveKeys } from "../move/moveKey.ts"
import { TenantConfigs } from "../tenant/TenantConfigs.ts"
import { checkStated } from "../tenant/TenantConfigWriting.ts"
import { changedFields, toStored } from "../tenant/TenantImport.ts"
import { type Asked, decideOperation, type Decision, isLeftover, isRemoving, placeOf } from "./decideOperation.ts"
import { type OperationStep, stepText } from "./OperationStep.ts"
import type { Before } from "./OperationStore.ts"
import { planWarnings } from "./planWarnings.ts"
import { Provisioner } from "./Provisioner.ts"
import { nothingBuilt, type Provisioning } from "./ProvisioningStore.ts"
import { requestOf } from "./requestOf.ts"
import { beforeOf, knownOf, type SeenTenant, seeTenant } from "./SeenTenant.ts"
import { type OperationRequest, TenantPlan } from "./TenantOperation.ts"

/** How long a preview may take before whoever asked is told that there is none. */
const patience = "5 minutes"

const newTenant: Before = { state: "provisioning", version: 0, config: null, built: null, service: "active" }

/**
 * What can be done with tenants, and what it would change.
 *
 * @effect-expect-leaking SqlClient
 */
export class TenantPlans extends Context.Service<TenantPlans, {
  /** The request with its configuration checked, and as it is stored. */
  readonly check: (slug: TenantSlug, request: OperationRequest) => Effect.Effect<Asked, Conflict | Unprocessable>
  /** Within `withPlatform`: what comes of the request. What cannot be is a problem for the caller. */
  readonly decide: ReturnType<typeof makeDecide>
  readonly plan: (
    slug: TenantSlug,
    request: OperationRequest
  ) => Effect.Effect<TenantPlan, NotFound | Conflict | Unprocessable | Unavailable>
}>()("platform/TenantPlans") {
  /** `retentionDays`: of the data of a tenant that is off-boarded, unless the request says something else. */
  static readonly layer = (options: { readonly retentionDays: number }) =>
    Layer.effect(
      TenantPlans,
      Effect.gen(function*() {
        const configs = yield* TenantConfigs
        const provisioner = yield* Provisioner
        const across = yield* platformWork("tenant plan")
        const keys = yield* MoveKeys
        const decide = makeDecide(provisioner)

        const check = Effect.fnUntraced(function*(slug: TenantSlug, request: OperationRequest) {
          if (!("config" in request)) return { request, config: null } satisfies Asked
          const config = yield* configs.check(slug, request.config)
          return { request: { ...request, config: toStored(config) }, config } satisfies Asked
        })

        /** What an operation would change of the infrastructure: what its last step with the provisioner would. */
        const preview = Effect.fnUntraced(function*(
          { before, provisioning }: { readonly before: Before; readonly provisioning: Provisioning },
          { request }: Asked,
          steps: ReadonlyArray<OperationStep>
        ) {
          const step = steps.findLast((one) => one._tag === "Provision")
          if (step === undefined) return []
          const operation = SecureRandom.uuidV7Unsafe()
          const wanted = requestOf(step, { before, request }, provisioning, keys.of(operation))
          const events = yield* provisioner.run(
            {
              ...wanted,
              action: wanted.action === "destroy" ? "preview-destroy" : "preview",
              operation,
              before: provisioning.record
            },
            Effect.never
          ).pipe(
            Stream.runCollect,
            Effect.mapError(({ problems, refused }) =>
              refused
                ? new Unprocessable({ errors: problems.map((message) => ({ path: ["config"], message })) })
                : new Unavailable({ detail: problems.join(". ") })
            ),
            Effect.timeoutOrElse({
              duration: patience,
              orElse: () => new Unavailable({ detail: `The provisioner has no preview after ${patience}` })
            })
          )
          return events.flatMap((event) => event._tag === "Planned" ? event.changes : [])
        })

        const plan = Effect.fn("TenantPlans.plan")(function*(slug: TenantSlug, request: OperationRequest) {
          const asked = yield* check(slug, request)
          const { decision, seen } = yield* across(Effect.gen(function*() {
            const seen = yield* seeTenant(slug)
            return { seen, decision: yield* decide(seen, asked) }
          }))
          if (decision._tag === "UnderWay") {
            return yield* new Conflict({ detail: "This is being done at the moment" })
          }
          const { kind } = request
          const steps = decision._tag === "Begin" ? decision.steps : []
          const before = seen === null ? newTenant : beforeOf(seen)
          const provisioning = seen?.provisioning ?? nothingBuilt
          const known = seen === null ? null : knownOf(seen)
          const tier = known === null || kind === "create" ? asked.config?.tier ?? "pooled" : placeOf(known)
          const begins = decision._tag === "Begin"
          const days = request.kind === "offboard" ? request.retentionDays : undefined
          return new TenantPlan({
            slug,
            kind,
            unchanged: !begins,
            steps: steps.map(stepText),
            fields: asked.config === null || !begins
              ? []
              : changedFields(before.config ?? {}, toStored(asked.config)),
            changes: yield* preview({ before, provisioning }, asked, steps),
            adapter: steps.some(({ _tag }) => _tag === "Provision") ? provisioner.adapter : null,
            warnings: begins
              ? planWarnings(
                {
                  kind,
                  state: before.state,
                  before: tier,
                  after: asked.config?.tier ?? tier,
                  back: provisioning.back,
                  removing: known !== null && isRemoving(known),
                  leftover: known !== null && isLeftover(known)
                },
                { adapter: provisioner.adapter, retentionDays: days ?? options.retentionDays }
              )
              : []
          })
        })

        return TenantPlans.of({ check, decide, plan })
      })
    )
}

const makeDecide = ({ adapter }: Provisioner["Service"]) =>
  Effect.fnUntraced(function*(seen: SeenTenant | null, asked: Asked) {
    const { request } = asked
    const decision: Decision = decideOperation(seen === null ? null : knownOf(seen), asked)
    switch (decision._tag) {
      case "Missing":
        return yield* new NotFound({ resource: "tenant" })
      case "Refused":
        return yield* new Conflict({
          detail: decision.because,
          ...decision.field !== undefined && { field: decision.field }
        })
      case "Begin": {
        if (asked.config !== null) yield* checkStated(asked.config, { moves: request.kind === "apply" })
        if (adapter === null && decision.steps.some(({ _tag }) => _tag === "Provision")) {
          return yield* new Conflict({
            detail: "This tenant has pods of its own, and nothing is here to build them: PROVISIONER is none. " +
              "Set it to pulumi or render"
          })
        }
        return decision
      }
      default:
        return decision
    }
  })
