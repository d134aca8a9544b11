import { kubernetesObject } from "../kubernetesObject.ts"
import type { OwnTenant } from "../OwnTenant.ts"

/** The tenant's namespace, which takes no pod that Pod Security `restricted` does not. */
export const namespace = ({ config, labels, named, namespace }: OwnTenant) => [
  kubernetesObject(named("namespace"), {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: namespace,
      labels: {
        ...labels,
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted"
      },
      annotations: { "innkeeper/tenant-name": config.name }
    }
  }, { protect: true })
]
