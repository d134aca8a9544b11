import { NodeServices } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { fileURLToPath } from "node:url"
import { preview } from "../preview/preview.ts"
import type { Previewed } from "../preview/Previewed.ts"
import { clusterInput } from "../testing/cluster.fixture.ts"
import { cloudInput, selfhostedInput } from "../testing/environments.fixture.ts"
import { clusterConfiguration, configuration } from "../testing/mocks.fixture.ts"
import { oneOfEach, tenantInput } from "../testing/tenants.fixture.ts"
import { openPack } from "./openPack.ts"
import { resourceRules, stackRules } from "./rules.ts"

const inputs = { selfhosted: selfhostedInput, cloud: cloudInput }
const program = (name: string) => fileURLToPath(new URL(`../programs/${name}/index.ts`, import.meta.url))

const previewOf = Effect.fnUntraced(
  function*(name: "tenant" | "cluster", mode: "selfhosted" | "cloud", tier: "pooled" | "isolated" | "dedicated") {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    yield* fs.writeFileString(`${folder}/acme.yaml`, JSON.stringify(tenantInput(tier, mode)))
    yield* fs.writeFileString(`${folder}/environment.yaml`, JSON.stringify(inputs[mode]))
    yield* fs.writeFileString(`${folder}/cluster.yaml`, JSON.stringify(clusterInput))
    return yield* preview({
      program: program(name),
      project: name === "tenant" ? "innkeeper" : "innkeeper-cluster",
      stack: name === "tenant" ? "acme" : "cluster",
      secrets: { ...configuration, ...clusterConfiguration },
      variables: {
        INNKEEPER_TENANTS: folder,
        INNKEEPER_ENVIRONMENT: `${folder}/environment.yaml`,
        INNKEEPER_CLUSTER: `${folder}/cluster.yaml`
      }
    })
  },
  Effect.scoped
)

type Inputs = Record<string, any>

/** The preview with one resource changed. */
const changed = (
  resources: ReadonlyArray<Previewed>,
  name: string,
  change: (inputs: Inputs) => void,
  others: Partial<Previewed> = {}
) =>
  resources.map((resource) => {
    if (resource.name !== name) return resource
    const inputs = structuredClone(resource.inputs)
    change(inputs)
    return { ...resource, ...others, inputs }
  })

const container = (inputs: Inputs) => inputs["spec"].template.spec.containers[0]

/** For each rule, what breaks it in the stack of a dedicated tenant: the resource, and the change. */
const broken: Readonly<
  Record<string, ReadonlyArray<readonly [string, (inputs: Inputs) => void, Partial<Previewed>?]>>
> = {
  names: [
    ["acme-service", (inputs) => (inputs["metadata"].name = "Not_A_Name")],
    ["acme-service", () => {}, { name: "service" }]
  ],
  labels: [
    ["acme-service", (inputs) => delete inputs["metadata"].labels["innkeeper/cost-centre"]],
    ["acme-service", (inputs) => delete inputs["metadata"].labels]
  ],
  quotas: [
    ["acme-quota", (inputs) => (inputs["metadata"].namespace = "elsewhere")],
    ["acme-deny-all", (inputs) => (inputs["spec"].ingress = [{}])]
  ],
  pins: [["acme-server", (inputs) => (container(inputs).image = "registry.example/server:main")]],
  "no-latest": [
    ["acme-server", (inputs) => (container(inputs).image = "registry.example/server:latest")],
    ["acme-server", (inputs) => (container(inputs).image = "registry.example:5000/server")]
  ],
  probes: [["acme-server", (inputs) => delete container(inputs).readinessProbe]],
  "no-privilege": [
    ["acme-server", (inputs) => (container(inputs).securityContext.privileged = true)],
    ["acme-server", (inputs) => (container(inputs).securityContext.capabilities.add = ["NET_ADMIN"])],
    ["acme-server", (inputs) => (inputs["spec"].template.spec.hostNetwork = true)],
    ["acme-server", (inputs) => inputs["spec"].template.spec.volumes.push({ name: "node", hostPath: { path: "/" } })],
    ["acme-service", (inputs) => (inputs["spec"].type = "NodePort")]
  ],
  "own-namespace": [
    ["acme-service", (inputs) => (inputs["metadata"].namespace = "tenant-globex")],
    ["acme-service", (inputs) => (inputs["metadata"].labels["innkeeper/tenant"] = "globex")],
    ["acme-namespace", (inputs) => (inputs["metadata"].name = "kube-system")]
  ],
  "deletion-protection": [
    ["acme-namespace", () => {}, { protect: false }],
    ["acme-database-volume", () => {}, { protect: false }]
  ]
}

describe("the policy pack", () =>
  layer(NodeServices.layer)((it) => {
    it.effect("lets every tier in every mode pass", () =>
      Effect.gen(function*() {
        const pack = yield* openPack
        assert.sameMembers(pack.rules, [...resourceRules, ...stackRules].map(({ name }) => name))
        yield* Effect.forEach(oneOfEach, ({ mode, tier }) =>
          Effect.gen(function*() {
            const { resources } = yield* previewOf("tenant", mode, tier)
            assert.deepStrictEqual(yield* pack.violationsIn(resources), [])
          }))
      }).pipe(Effect.scoped), { timeout: 180_000 })

    it.effect("lets the cluster pass", () =>
      Effect.gen(function*() {
        const pack = yield* openPack
        const { resources } = yield* previewOf("cluster", "selfhosted", "pooled")
        assert.deepStrictEqual(yield* pack.violationsIn(resources), [])
      }).pipe(Effect.scoped), { timeout: 120_000 })

    it.effect("has an example that breaks each rule, and finds it by that rule", () =>
      Effect.gen(function*() {
        const pack = yield* openPack
        const { resources } = yield* previewOf("tenant", "selfhosted", "dedicated")
        assert.sameMembers(Object.keys(broken), pack.rules)
        yield* Effect.forEach(Object.entries(broken), ([rule, examples]) =>
          Effect.forEach(examples, ([name, change, others]) =>
            Effect.map(pack.violationsIn(changed(resources, name, change, others)), (violations) =>
              assert.include(violations.map(({ rule }) => rule), rule, `${rule}: ${name}`))))
      }).pipe(Effect.scoped), { timeout: 180_000 })

    it.effect("finds a chart without a version, a database and a bucket that the cloud would delete", () =>
      Effect.gen(function*() {
        const pack = yield* openPack
        const cluster = yield* previewOf("cluster", "cloud", "pooled")
        const chart = changed(cluster.resources, "cluster-traefik", (inputs) =>
          delete inputs["version"])
        assert.deepStrictEqual(
          (yield* pack.violationsIn(chart)).map(({ rule }) =>
            rule
          ),
          ["pins"]
        )
        const { resources } = yield* previewOf("tenant", "cloud", "dedicated")
        const open = changed(
          changed(resources, "acme-database", (inputs) =>
            delete inputs["deletionProtection"]),
          "acme-backups",
          (inputs) => (inputs["forceDestroy"] = true)
        )
        assert.deepStrictEqual(
          (yield* pack.violationsIn(open)).map(({ rule }) =>
            rule
          ),
          [
            "deletion-protection",
            "deletion-protection"
          ]
        )
      }).pipe(Effect.scoped), { timeout: 120_000 })
  }))
