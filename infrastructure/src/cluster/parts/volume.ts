import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import type { Selfhosted } from "../../plan/PlanEnvironment.ts"
import type { ClusterInput } from "../ClusterPart.ts"
import { namespaceName } from "./namespaces.ts"

/** A volume that outlives its pods and that the engine does not delete. `size` in GiB. */
export const volume = (
  input: ClusterInput<Selfhosted>,
  { name, namespace, ready, size }: {
    readonly name: string
    readonly namespace: string
    readonly size: number
    readonly ready: ReadonlyArray<string>
  }
) =>
  kubernetesObject(input.named(name), {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: input.named(name), namespace, labels: input.labels },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: input.environment.storageClass,
      resources: { requests: { storage: `${size}Gi` } }
    }
  }, { dependsOn: [namespaceName(input, namespace), ...ready], protect: true })
