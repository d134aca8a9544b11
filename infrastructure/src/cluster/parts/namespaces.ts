import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import type { ClusterInput } from "../ClusterPart.ts"

/** Logical name of one of the cluster's namespaces. */
export const namespaceName = ({ named }: Pick<ClusterInput, "named">, namespace: string) =>
  named(`namespace-${namespace}`)

/** A namespace that takes no pod with more rights than its programs need. */
export const clusterNamespace = (
  input: ClusterInput,
  name: string,
  security: "restricted" | "baseline" | "privileged"
) =>
  kubernetesObject(namespaceName(input, name), {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: {
        ...input.labels,
        "pod-security.kubernetes.io/enforce": security,
        "pod-security.kubernetes.io/enforce-version": "latest"
      }
    }
  }, { protect: true })
