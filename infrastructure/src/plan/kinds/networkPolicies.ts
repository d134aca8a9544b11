import type { INetworkPolicyPeer, INetworkPolicyPort, INetworkPolicySpec } from "kubernetes-models/networking.k8s.io/v1"
import { kubernetesObject } from "../kubernetesObject.ts"
import { type Component, selectorOf } from "../labels.ts"
import type { OwnTenant } from "../OwnTenant.ts"
import { podsOf } from "../podsOf.ts"
import { runnerPort, serverPort } from "../ports.ts"

/** Addresses that are not the world's: private, shared, loopback, link-local with the cloud's metadata, reserved (RFC 6890). */
const notTheWorld = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4"
]

const world: INetworkPolicyPeer = { ipBlock: { cidr: "0.0.0.0/0", except: notTheWorld } }

type Selector = NonNullable<INetworkPolicySpec["podSelector"]>

const solverLabel = { "acme.cert-manager.io/http01-solver": "true" }
const solverPort = 8089

const tcp = (port: number): INetworkPolicyPort => ({ protocol: "TCP", port })

/** Nothing in and nothing out, then exactly the flows that a tenant needs. */
export const networkPolicies = (tenant: OwnTenant) => {
  const { backing, config, environment, labels, named, namespace } = tenant
  const { backup, cache, database } = backing
  const of = (component: Component) => ({ matchLabels: selectorOf(config.slug, component) })
  const policy = (role: string, spec: INetworkPolicySpec) =>
    kubernetesObject(named(role), {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: named(role), namespace, labels },
      spec
    })
  const egress = (
    role: string,
    from: Selector,
    ports: ReadonlyArray<number>,
    to: ReadonlyArray<INetworkPolicyPeer>
  ) =>
    policy(role, {
      podSelector: from,
      policyTypes: ["Egress"],
      egress: [{ to: [...to], ports: ports.map(tcp) }]
    })
  const ingress = (
    role: string,
    to: Selector,
    ports: ReadonlyArray<number>,
    from: ReadonlyArray<INetworkPolicyPeer>
  ) =>
    policy(role, {
      podSelector: to,
      policyTypes: ["Ingress"],
      ingress: [{ from: [...from], ports: ports.map(tcp) }]
    })
  const moving = tenant.options.move === null ? [] : ["move" as const]
  const { namespace: poolNamespace, port: poolPort } = environment.pool
  const databaseUsers = {
    matchExpressions: [componentIn(["server", "database-job", "backup", ...moving])],
    ...instance(config.slug)
  }
  const telemetryPort = portOf(environment.telemetry.endpoint)
  return [
    policy("deny-all", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }),
    policy("allow-dns", {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [podsOf(environment.dns)], ports: [{ protocol: "UDP", port: 53 }, tcp(53)] }]
    }),
    ingress("allow-web", of("server"), [serverPort], [podsOf(environment.ingress), podsOf(environment.telemetry)]),
    ingress("allow-runners", of("server"), [runnerPort], [{ podSelector: of("server") }]),
    egress("allow-runners-out", of("server"), [runnerPort], [{ podSelector: of("server") }]),
    egress("allow-telemetry", of("server"), [telemetryPort], [podsOf(environment.telemetry)]),
    egress("allow-database", databaseUsers, [database.port], database.peers),
    egress("allow-cache", of("server"), [cache.port], cache.peers),
    // Webhooks go to any port; the server itself looks at the address behind a name before it calls.
    policy("allow-world", {
      podSelector: of("server"),
      policyTypes: ["Egress"],
      egress: [{ to: [world], ports: [{ protocol: "TCP" }] }]
    }),
    backup.pods === undefined
      ? egress("allow-backup", of("backup"), [443], [world])
      : egress("allow-backup", of("backup"), [backup.pods.port], backup.pods.peers),
    ...moving.map((component) =>
      // The service may listen on another port than its pods.
      egress("allow-move", of(component), [...new Set([poolPort, serverPort])], [
        { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": poolNamespace } } }
      ])
    ),
    ingress("allow-acme", { matchLabels: solverLabel }, [solverPort], [podsOf(environment.ingress)]),
    ...(tenant.sizing.database.cpu > 0
      ? [ingress("allow-database-in", of("database"), [database.port], [{ podSelector: databaseUsers }])]
      : []),
    ...(tenant.sizing.cache.cpu > 0
      ? [ingress("allow-cache-in", of("cache"), [cache.port], [{ podSelector: of("server") }])]
      : [])
  ]
}

const componentIn = (values: Array<Component>) => ({ key: "app.kubernetes.io/component", operator: "In", values })

const instance = (slug: string) => ({ matchLabels: { "app.kubernetes.io/instance": slug } })

const portOf = (url: string) => {
  const { port, protocol } = new URL(url)
  return port === "" ? (protocol === "https:" ? 443 : 80) : Number(port)
}
