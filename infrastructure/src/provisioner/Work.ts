import type { ProvisionEvent, ProvisionRequest } from "@innkeeper/config"
import type { Effect } from "effect"
import type { Change } from "../plan/diffPlans.ts"
import type { PlanOptions } from "../plan/OwnTenant.ts"
import type { Plan } from "../plan/Plan.ts"
import type { ProvisionFailed } from "./ProvisionFailed.ts"

/** A request that makes sense, and what it comes to. */
export interface Work {
  readonly request: ProvisionRequest
  readonly options: PlanOptions
  /** What there is to be. To destroy a tenant, what there would be if it were not. */
  readonly plan: Plan
  /** What there was after the last request; `undefined` where nothing was built. */
  readonly before: Plan | undefined
  /** What separates the two. To destroy a tenant, the deletion of what there was. */
  readonly changes: ReadonlyArray<Change>
}

/** Tells whoever asked. */
export type Tell = (event: ProvisionEvent) => Effect.Effect<void>

/** What does the work. Each of its functions tells first what it is about to change. */
export interface Adapter<R> {
  readonly name: "pulumi" | "render"
  /** Says what `apply` would change, and changes nothing. */
  readonly preview: (work: Work, tell: Tell) => Effect.Effect<void, ProvisionFailed, R>
  readonly apply: (work: Work, tell: Tell) => Effect.Effect<void, ProvisionFailed, R>
  readonly previewDestroy: (work: Work, tell: Tell) => Effect.Effect<void, ProvisionFailed, R>
  readonly destroy: (work: Work, tell: Tell) => Effect.Effect<void, ProvisionFailed, R>
}
