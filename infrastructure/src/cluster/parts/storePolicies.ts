import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import type { ClusterInput } from "../ClusterPart.ts"
import { namespaceName } from "./namespaces.ts"

/**
 * Closes a namespace with data in it but for one port to tenants' namespaces and the pool's, and for what its own pods say
 * to each other.
 */
export const storePolicies = (input: ClusterInput, namespace: string, port: number) => {
  const { environment, labels, named } = input
  const name = named(`store-${namespace}`)
  return [
    kubernetesObject(name, {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace, labels },
      spec: {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: [
              { namespaceSelector: { matchExpressions: [{ key: "innkeeper/tenant", operator: "Exists" }] } },
              { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": environment.pool.namespace } } }
            ],
            ports: [{ protocol: "TCP", port }]
          },
          { from: [{ podSelector: {} }] }
        ]
      }
    }, { dependsOn: [namespaceName(input, namespace)] })
  ]
}
