import type { IDeployment, IStatefulSet } from "kubernetes-models/apps/v1"
import type { IContainer } from "kubernetes-models/v1"
import type { Manifest, SecretPlan, SecretText } from "./Plan.ts"

/** Role of the password that digests of secrets are made with. */
export const digestKey = "digest-key"

/** Whether its pods run on and on, and so know no later value of what they read when they started. */
export const isWorkload = (manifest: Manifest): manifest is IDeployment | IStatefulSet =>
  manifest.kind === "Deployment" || manifest.kind === "StatefulSet"

const referencesOf = ({ env = [] }: IContainer) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? [])

/** What the pods of a workload read of the plan's secrets; nothing of any other object. */
export const secretsRead = (manifest: Manifest, secrets: ReadonlyArray<SecretPlan>): ReadonlyArray<SecretText> => {
  if (!isWorkload(manifest)) return []
  const references = manifest.spec?.template.spec?.containers.flatMap(referencesOf) ?? []
  return references.flatMap(({ key, name }) =>
    secrets
      .filter(({ namespace, objectName }) => namespace === manifest.metadata?.namespace && objectName === name)
      .flatMap(({ values }) => values[key] === undefined ? [] : [values[key]])
  )
}
