import type { INetworkPolicy, INetworkPolicyPeer, INetworkPolicyPort } from "kubernetes-models/networking.k8s.io/v1"

/** Who speaks or is spoken to: a pod, or an address outside the cluster, which has no namespace. */
export interface Peer {
  readonly name: string
  readonly address: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
}

export interface Port {
  readonly protocol: "TCP" | "UDP"
  readonly port: number
}

type Selector = NonNullable<INetworkPolicyPeer["podSelector"]>
type Direction = "Ingress" | "Egress"

const selects = (selector: Selector, labels: Readonly<Record<string, string>>) =>
  Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key]
    if (operator === "In") return value !== undefined && values.includes(value)
    throw new Error(`the simulation does not know the operator ${operator}`)
  })

const numberOf = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0)

const isIn = (address: string, network: string) => {
  const [base = "", length] = network.split("/")
  const size = 2 ** (32 - Number(length))
  return Math.floor(numberOf(address) / size) === Math.floor(numberOf(base) / size)
}

const namesPeer = (rule: INetworkPolicyPeer, namespace: string, peer: Peer) => {
  if (rule.ipBlock !== undefined) {
    const { cidr, except = [] } = rule.ipBlock
    return isIn(peer.address, cidr) && !except.some((network) => isIn(peer.address, network))
  }
  if (peer.namespace === undefined) return false
  const inNamespace = rule.namespaceSelector === undefined
    ? peer.namespace === namespace
    : selects(rule.namespaceSelector, { "kubernetes.io/metadata.name": peer.namespace })
  return inNamespace && (rule.podSelector === undefined || selects(rule.podSelector, peer.labels ?? {}))
}

const namesPort = (ports: ReadonlyArray<INetworkPolicyPort> | undefined, { port, protocol }: Port) =>
  ports === undefined || ports.length === 0 ||
  ports.some((rule) => {
    if (typeof rule.port === "string" || rule.endPort !== undefined) {
      throw new Error("the simulation knows neither names nor ranges of ports")
    }
    return (rule.protocol ?? "TCP") === protocol && (rule.port === undefined || rule.port === port)
  })

/**
 * Who may speak to whom by the rules of networking.k8s.io/v1: a pod that no policy selects for a direction is open in it;
 * otherwise at least one rule has to allow the flow, and both ends have to allow it
 * (https://kubernetes.io/docs/concepts/services-networking/network-policies/).
 */
export const simulate = (policies: ReadonlyArray<INetworkPolicy>) => {
  const byNamespace = Map.groupBy(policies, ({ metadata }) => metadata?.namespace)
  const allows = (direction: Direction, self: Peer, other: Peer, port: Port) => {
    if (self.namespace === undefined) return true
    const { namespace } = self
    const mine = (byNamespace.get(namespace) ?? []).flatMap(({ spec }) =>
      spec !== undefined && (spec.policyTypes ?? []).includes(direction) &&
        selects(spec.podSelector ?? {}, self.labels ?? {})
        ? [spec]
        : []
    )
    const rules = mine.flatMap(({ egress = [], ingress = [] }) =>
      direction === "Ingress"
        ? ingress.map(({ from, ports }) => ({ peers: from, ports }))
        : egress.map(({ ports, to }) => ({ peers: to, ports }))
    )
    return mine.length === 0 || rules.some(({ peers, ports }) =>
      namesPort(ports, port) &&
      (peers === undefined || peers.length === 0 || peers.some((peer) => namesPeer(peer, namespace, other)))
    )
  }
  return (from: Peer, to: Peer, port: Port) => allows("Egress", from, to, port) && allows("Ingress", to, from, port)
}
