import type { INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1"
import type { Pods } from "./PlanEnvironment.ts"

/** Pods of another namespace, as a network policy selects them. Kubernetes itself labels namespaces with their names. */
export const podsOf = ({ labels, namespace }: Pods): INetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
  podSelector: { matchLabels: { ...labels } }
})
