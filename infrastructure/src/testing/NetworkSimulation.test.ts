import { assert, describe, it } from "@effect/vitest"
import type { INetworkPolicySpec } from "kubernetes-models/networking.k8s.io/v1"
import { type Peer, simulate } from "./NetworkSimulation.fixture.ts"

const web: Peer = { name: "web", namespace: "a", address: "10.42.0.1", labels: { app: "web" } }
const other: Peer = { name: "other", namespace: "b", address: "10.42.0.2", labels: { app: "web" } }
const outside: Peer = { name: "outside", address: "203.0.113.9" }
const http = { protocol: "TCP", port: 80 } as const

const policy = (spec: INetworkPolicySpec) => ({
  apiVersion: "networking.k8s.io/v1" as const,
  kind: "NetworkPolicy" as const,
  metadata: { namespace: "a" },
  spec
})

describe("the simulation of network policies", () => {
  it("leaves a pod open that no policy selects", () => {
    const may = simulate([policy({ podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress"] })])
    assert.isTrue(may(other, web, http))
  })

  it("closes one direction and leaves the other", () => {
    const may = simulate([policy({ podSelector: {}, policyTypes: ["Ingress"] })])
    assert.isFalse(may(other, web, http))
    assert.isFalse(may(outside, web, http))
    assert.isTrue(may(web, other, http))
  })

  it("takes two selectors of one peer together, and peers of one rule apart", () => {
    const from = [{
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "b" } },
      podSelector: { matchLabels: { app: "web" } }
    }]
    const may = simulate([policy({ podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from }] })])
    assert.isTrue(may(other, web, http))
    assert.isFalse(may({ ...other, labels: {} }, web, http))
    assert.isFalse(may({ ...other, namespace: "c" }, web, http))
    const apart = [{ podSelector: {} }, { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "c" } } }]
    const mayApart = simulate([policy({ podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: apart }] })])
    assert.isTrue(mayApart({ ...web, name: "neighbour" }, web, http))
    assert.isTrue(mayApart({ ...other, namespace: "c" }, web, http))
    assert.isFalse(mayApart(other, web, http))
  })

  it("adds policies up", () => {
    const may = simulate([
      policy({ podSelector: {}, policyTypes: ["Egress"] }),
      policy({ podSelector: {}, policyTypes: ["Egress"], egress: [{ ports: [{ protocol: "TCP", port: 80 }] }] })
    ])
    assert.isTrue(may(web, other, http))
    assert.isFalse(may(web, other, { protocol: "UDP", port: 80 }))
    assert.isFalse(may(web, other, { protocol: "TCP", port: 81 }))
  })

  it("leaves out what a block of addresses excepts", () => {
    const to = [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }]
    const may = simulate([policy({ podSelector: {}, policyTypes: ["Egress"], egress: [{ to }] })])
    assert.isTrue(may(web, outside, http))
    assert.isFalse(may(web, other, http))
  })
})
