import type { CurrentTenant } from "@innkeeper/database"
import { Conflict, NotFound, type Unprocessable } from "@innkeeper/platform/api"
import { Context, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { makeCatalogue } from "../Catalogue.ts"
import { checkReferences, type References } from "../References.ts"
import { EscalationPolicy, EscalationPolicyId, type EscalationPolicyInput } from "./EscalationPolicy.ts"
import {
  deletePolicy,
  findPolicies,
  holdPolicy,
  insertPolicy,
  servicesUsing,
  updatePolicy
} from "./EscalationPolicyStore.ts"

type Input = typeof EscalationPolicyInput.Type

/**
 * Escalation policies of the current tenant. An escalation that runs goes on with the plan it began with.
 * @effect-expect-leaking CurrentTenant
 */
export class EscalationPolicies extends Context.Service<EscalationPolicies, {
  readonly list: Effect.Effect<ReadonlyArray<EscalationPolicy>, never, CurrentTenant>
  readonly get: (id: EscalationPolicyId) => Effect.Effect<EscalationPolicy, NotFound, CurrentTenant>
  readonly create: (input: Input) => Effect.Effect<EscalationPolicy, Conflict | Unprocessable, CurrentTenant>
  readonly replace: (
    id: EscalationPolicyId,
    input: Input
  ) => Effect.Effect<EscalationPolicy, NotFound | Conflict | Unprocessable, CurrentTenant>
  /** Fails with `Conflict` while a service escalates by it. */
  readonly remove: (id: EscalationPolicyId) => Effect.Effect<void, NotFound | Conflict, CurrentTenant>
}>()("oncall/EscalationPolicies") {
  static readonly layer = Layer.effect(
    EscalationPolicies,
    Effect.gen(function*() {
      const { changed, scoped, unique } = yield* makeCatalogue("policy")

      const list = scoped(findPolicies()).pipe(Effect.withSpan("EscalationPolicies.list"))

      const get = Effect.fn("EscalationPolicies.get")((id: EscalationPolicyId) =>
        scoped(Effect.flatMap(findPolicies(id), ([found]) => found === undefined ? gone : Effect.succeed(found)))
      )

      const create = Effect.fn("EscalationPolicies.create")((input: Input) =>
        unique(Effect.gen(function*() {
          yield* checkReferences(referencesOf(input))
          const id = EscalationPolicyId.make(SecureRandom.uuidV7Unsafe())
          yield* insertPolicy(id, input)
          yield* changed("created", id, { name: input.name })
          return new EscalationPolicy({ ...input, id })
        }))
      )

      const replace = Effect.fn("EscalationPolicies.replace")((id: EscalationPolicyId, input: Input) =>
        unique(Effect.gen(function*() {
          if (!(yield* updatePolicy(id, input))) return yield* gone
          yield* checkReferences(referencesOf(input))
          yield* changed("updated", id, { name: input.name })
          return new EscalationPolicy({ ...input, id })
        }))
      )

      const remove = Effect.fn("EscalationPolicies.remove")((id: EscalationPolicyId) =>
        scoped(Effect.gen(function*() {
          if (!(yield* holdPolicy(id))) return yield* gone
          const services = yield* servicesUsing(id)
          if (services.length > 0) {
            return yield* new Conflict({ detail: `Services escalate by this policy: ${services.join(", ")}` })
          }
          yield* deletePolicy(id)
          yield* changed("removed", id, null)
        }))
      )

      return EscalationPolicies.of({ list, get, create, replace, remove })
    })
  )
}

const gone = Effect.fail(new NotFound({ resource: "escalation policy" }))

const referencesOf = ({ lastResort, steps }: Input): References => {
  const targets = [
    ...steps.flatMap(({ targets }, step) =>
      targets.map((target, index) => ({ target, path: ["payload", "steps", step, "targets", index, "id"] }))
    ),
    ...lastResort.map((target, index) => ({ target, path: ["payload", "lastResort", index, "id"] }))
  ]
  return {
    users: targets.flatMap(({ path, target }) => target.kind === "user" ? [{ path, id: target.id }] : []),
    schedules: targets.flatMap(({ path, target }) => target.kind === "schedule" ? [{ path, id: target.id }] : [])
  }
}
