import type { CloudResource, Deployable, KubernetesObject, SecretPlan } from "../plan/Plan.ts"
import type { PlanEnvironment } from "../plan/PlanEnvironment.ts"
import type { ClusterSettings } from "./ClusterSettings.ts"

/** What each part of the cluster is made from. */
export interface ClusterInput<Environment extends PlanEnvironment = PlanEnvironment> {
  readonly environment: Environment
  readonly settings: ClusterSettings
  /** Logical name of a role, with the stack's name as prefix. */
  readonly named: (role: string) => string
  readonly labels: Readonly<Record<string, string>>
}

/** What a part of the cluster adds to its plan. */
export interface ClusterPart extends Pick<Deployable, "cloud" | "objects"> {
  readonly secrets: ReadonlyArray<SecretPlan>
}

export const part = (
  { cloud = [], objects = [], secrets = [] }: {
    readonly cloud?: ReadonlyArray<CloudResource>
    readonly objects?: ReadonlyArray<KubernetesObject>
    readonly secrets?: ReadonlyArray<SecretPlan>
  }
): ClusterPart => ({ cloud, objects, secrets })
