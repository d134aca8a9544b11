import { assert, describe, it } from "@effect/vitest"
import { defaultQuotas, type Tier } from "@innkeeper/config"
import { Effect } from "effect"
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1"
import { environments } from "../testing/environments.fixture.ts"
import { type Peer, type Port, simulate } from "../testing/NetworkSimulation.fixture.ts"
import { decoded, type Mode, modes, tenantInput, tiers } from "../testing/tenants.fixture.ts"
import type { Plan } from "./Plan.ts"
import { planTenant } from "./planTenant.ts"

const tcp = (port: number): Port => ({ protocol: "TCP", port })
const udp = (port: number): Port => ({ protocol: "UDP", port })

const ports = [
  ...[22, 53, 80, 443, 587, 3900, 4318, 5432, 6379, 8080, 8089, 34_431].map(tcp),
  ...[53, 443].map(udp)
]

/** Pods of the platform, and in the same namespaces others without their labels. */
const platform: ReadonlyArray<Peer> = [
  { name: "ingress", namespace: "traefik", labels: { "app.kubernetes.io/name": "traefik" } },
  { name: "dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
  { name: "telemetry", namespace: "telemetry", labels: { "app.kubernetes.io/name": "alloy" } },
  { name: "shared database", namespace: "database", labels: { "app.kubernetes.io/name": "postgresql" } },
  { name: "shared cache", namespace: "cache", labels: { "app.kubernetes.io/name": "redis" } },
  { name: "store", namespace: "garage", labels: { "app.kubernetes.io/name": "garage" } },
  {
    name: "pool",
    namespace: "innkeeper",
    labels: { "app.kubernetes.io/name": "innkeeper", "app.kubernetes.io/component": "server" }
  },
  { name: "stranger at the ingress", namespace: "traefik", labels: {} },
  { name: "stranger at the database", namespace: "database", labels: {} },
  { name: "impostor", namespace: "default", labels: { "app.kubernetes.io/name": "traefik" } }
].map((peer, index) => ({ ...peer, address: `10.42.0.${index}` }))

const outside: ReadonlyArray<Peer> = [
  { name: "world", address: "203.0.113.9" },
  { name: "metadata", address: "169.254.169.254" },
  { name: "data network", address: "10.0.48.5" },
  { name: "other private network", address: "10.0.99.1" },
  { name: "home network", address: "192.168.1.1" },
  { name: "carrier network", address: "100.64.0.1" }
]

interface TenantPod extends Peer {
  readonly tenant: string
  readonly tier: Tier
  readonly part: string
}

const parts = (mode: Mode, tier: Tier) => [
  "server",
  "second server",
  "database-job",
  "backup",
  "solver",
  "unlabelled",
  ...(mode === "selfhosted" && tier === "dedicated" ? ["database", "cache"] : [])
]

const labelsOf = (slug: string, part: string): Record<string, string> => {
  if (part === "solver") return { "acme.cert-manager.io/http01-solver": "true" }
  if (part === "unlabelled") return {}
  return {
    "app.kubernetes.io/name": "innkeeper",
    "app.kubernetes.io/instance": slug,
    "app.kubernetes.io/component": part.replace("second ", "")
  }
}

const podsOf = (mode: Mode, plan: Plan, index: number): ReadonlyArray<TenantPod> =>
  plan.tier === "pooled" ? [] : parts(mode, plan.tier).map((part, number) => ({
    name: `${plan.stack} ${part}`,
    tenant: plan.stack,
    tier: plan.tier,
    part,
    namespace: plan.namespace,
    labels: labelsOf(plan.stack, part),
    address: `10.42.${index + 1}.${number}`
  }))

const isServer = (pod: TenantPod) => pod.part.endsWith("server")
const usesDatabase = (pod: TenantPod) => isServer(pod) || pod.part === "database-job" || pod.part === "backup"

/** What a tenant's pod may call outside its namespace, in words of the requirement and not of the policies. */
const mayCall = (mode: Mode, from: TenantPod, to: string, { port, protocol }: Port) => {
  const asked = `${to} ${protocol} ${port}`
  const ownCluster = mode === "selfhosted" && from.tier === "dedicated"
  return [
    "dns TCP 53",
    "dns UDP 53",
    ...(isServer(from) ? ["telemetry TCP 4318", ...(protocol === "TCP" ? [`world TCP ${port}`] : [])] : []),
    ...(usesDatabase(from) && !ownCluster
      ? [mode === "cloud" ? "data network TCP 5432" : "shared database TCP 5432"]
      : []),
    ...(isServer(from) && !ownCluster ? [mode === "cloud" ? "data network TCP 6379" : "shared cache TCP 6379"] : []),
    ...(from.part === "backup" ? [mode === "cloud" ? "world TCP 443" : "store TCP 3900"] : [])
  ].includes(asked)
}

/** What may call a tenant's pod from outside its namespace. */
const mayBeCalledBy = (to: TenantPod, from: string, { port, protocol }: Port) => {
  const asked = `${from} ${protocol} ${port}`
  if (isServer(to)) return ["ingress TCP 8080", "telemetry TCP 8080"].includes(asked)
  return to.part === "solver" && asked === "ingress TCP 8089"
}

/** What the pods of one tenant may say to each other. */
const mayTalk = (from: TenantPod, to: TenantPod, { port, protocol }: Port) => {
  if (from.tenant !== to.tenant || protocol !== "TCP") return false
  if (isServer(from) && isServer(to)) return port === 34_431
  if (to.part === "database") return port === 5432 && usesDatabase(from)
  return to.part === "cache" && port === 6379 && isServer(from)
}

const policiesOf = (plans: ReadonlyArray<Plan>): ReadonlyArray<INetworkPolicy> =>
  plans.flatMap(({ objects }) => objects.flatMap(({ manifest }) => manifest.kind === "NetworkPolicy" ? [manifest] : []))

const plansOf = (mode: Mode) =>
  Effect.forEach(Array.from({ length: 50 }, (_, index) => index), (index) => {
    const tier = tiers[index % tiers.length]!
    const input = tenantInput(tier, mode, { slug: `tenant-${index}`, domains: [], quotas: { ...defaultQuotas(tier) } })
    return planTenant(decoded(input), environments[mode])
  })

describe.each(modes)("the network of 50 tenants, %s", (mode) => {
  it.effect("carries exactly the flows that are allowed, between every ordered pair and with the world", () =>
    Effect.gen(function*() {
      const plans = yield* plansOf(mode)
      const may = simulate(policiesOf(plans))
      const pods = plans.flatMap((plan, index) => podsOf(mode, plan, index))
      const others = [...platform, ...outside]
      const wrong: Array<string> = []
      let allowed = 0
      const check = (from: Peer, to: Peer, port: Port, expected: boolean) => {
        if (expected) allowed += 1
        if (may(from, to, port) !== expected) {
          wrong.push(
            `${from.name} → ${to.name} ${port.protocol} ${port.port} should be ${expected ? "allowed" : "refused"}`
          )
        }
      }
      for (const port of ports) {
        for (const pod of pods) {
          for (const to of pods) if (to !== pod) check(pod, to, port, mayTalk(pod, to, port))
          for (const other of others) {
            check(pod, other, port, mayCall(mode, pod, other.name, port))
            check(other, pod, port, mayBeCalledBy(pod, other.name, port))
          }
        }
      }
      assert.deepStrictEqual(wrong.slice(0, 20), [])
      assert.isAbove(allowed, pods.length * 2)
    }))

  it.effect("carries other flows as soon as any policy of a tenant is missing", () =>
    Effect.gen(function*() {
      const [, plan] = yield* plansOf(mode)
      const policies = policiesOf([plan!])
      const pods = podsOf(mode, plan!, 1)
      const flows = (list: ReadonlyArray<INetworkPolicy>) => {
        const may = simulate(list)
        return ports.flatMap((port) =>
          pods.flatMap((pod) =>
            [...pods, ...platform, ...outside].flatMap((other) => [may(pod, other, port), may(other, pod, port)])
          )
        ).filter(Boolean).length
      }
      const all = flows(policies)
      for (const policy of policies) {
        assert.notStrictEqual(flows(policies.filter((other) => other !== policy)), all, policy.metadata?.name)
      }
    }))
})
