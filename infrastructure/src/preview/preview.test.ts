import { NodeServices } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { fileURLToPath } from "node:url"
import { clusterInput } from "../testing/cluster.fixture.ts"
import { cloudInput, selfhostedInput } from "../testing/environments.fixture.ts"
import { clusterConfiguration, configuration } from "../testing/mocks.fixture.ts"
import { decoded, type Mode, plan as planOf, tenantInput } from "../testing/tenants.fixture.ts"
import { preview } from "./preview.ts"
import { shown } from "./Previewed.ts"

const inputs = { selfhosted: selfhostedInput, cloud: cloudInput }
const program = (name: string) => fileURLToPath(new URL(`../programs/${name}/index.ts`, import.meta.url))

/** Files as a deployment has them. */
const files = Effect.fnUntraced(function*(mode: Mode, tenant: unknown) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const write = (name: string, content: unknown) => fs.writeFileString(`${folder}/${name}`, JSON.stringify(content))
  yield* write("acme.yaml", tenant)
  yield* write("environment.yaml", inputs[mode])
  yield* write("cluster.yaml", clusterInput)
  return {
    INNKEEPER_TENANTS: folder,
    INNKEEPER_ENVIRONMENT: `${folder}/environment.yaml`,
    INNKEEPER_CLUSTER: `${folder}/cluster.yaml`
  }
})

const previewTenant = Effect.fnUntraced(function*(mode: Mode) {
  const variables = yield* files(mode, tenantInput("dedicated", mode))
  return yield* preview({
    program: program("tenant"),
    project: "innkeeper",
    stack: "acme",
    secrets: configuration,
    variables
  })
})

describe("preview", () =>
  layer(NodeServices.layer)((it) => {
    it.effect("says what the engine would be told of a tenant: names, order, protection, plugins", () =>
      Effect.gen(function*() {
        const { resources } = yield* previewTenant("cloud")
        const plan = yield* planOf({ mode: "cloud", config: decoded(tenantInput("dedicated", "cloud")) })
        const things = [...plan.cloud, ...plan.objects, ...plan.secrets]
        const within = "urn:pulumi:acme::innkeeper::innkeeper:tenant:Tenant"
        const made = new Map(resources.map((resource) => [resource.name, resource]))
        assert.strictEqual(resources.length, things.length + plan.passwords.length + 2)
        for (const { dependsOn, name, protect } of things) {
          const resource = made.get(name) ?? assert.fail(`${name} is not in the preview`)
          assert.strictEqual(resource.urn, `${within}$${resource.type}::${name}`)
          assert.strictEqual(resource.parent, `${within}::acme`)
          assert.strictEqual(resource.protect, protect)
          assert.includeMembers(
            [...resource.dependencies],
            dependsOn.map((other) =>
              made.get(other)?.urn ?? other
            )
          )
          assert.match(resource.version, /^\d+\.\d+\.\d+$/)
        }
      }).pipe(Effect.scoped), { timeout: 60_000 })

    it.effect("shows no secret", () =>
      Effect.gen(function*() {
        const { resources } = yield* previewTenant("selfhosted")
        const text = JSON.stringify(resources.map(({ inputs }) =>
          shown(inputs)
        ))
        for (const secret of Object.values(configuration)) assert.notInclude(text, secret)
        const server = resources.find(({ name }) => name === "acme-server-secrets")
        assert.strictEqual(JSON.stringify(shown(server?.inputs["stringData"])).includes("[secret]"), true)
      }).pipe(Effect.scoped), { timeout: 60_000 })

    it.effect("previews the cluster", () =>
      Effect.gen(function*() {
        const variables = yield* files("selfhosted", {})
        const { resources } = yield* preview({
          program: program("cluster"),
          project: "innkeeper-cluster",
          stack: "cluster",
          secrets: clusterConfiguration,
          variables
        })
        const made = new Map(resources.map((resource) => [resource.name, resource]))
        const release = made.get("cluster-cert-manager")?.urn
        assert.include(made.get("cluster-letsencrypt-production")?.dependencies ?? [], release ?? "no release")
        assert.strictEqual(made.get("cluster-longhorn")?.protect, true)
        assert.deepStrictEqual(made.get("cluster-garage-rpc")?.secretOutputs, ["hex"])
      }).pipe(Effect.scoped), { timeout: 60_000 })

    it.effect("ends with a sentence that names a missing variable, file, or secret", () =>
      Effect.gen(function*() {
        const variables = yield* files("selfhosted", tenantInput("isolated", "selfhosted"))
        const complaint = (changes: Partial<Parameters<typeof preview>[0]>) =>
          Effect.map(
            Effect.flip(
              preview({
                program: program("tenant"),
                project: "innkeeper",
                stack: "acme",
                secrets: configuration,
                variables,
                ...changes
              })
            ),
            ({ message }) => message
          )
        assert.strictEqual(
          yield* complaint({ variables: { INNKEEPER_TENANTS: "/tmp" } }),
          "The variable INNKEEPER_ENVIRONMENT is not set: the file that describes the cluster"
        )
        assert.match(yield* complaint({ stack: "globex" }), /^\/.*\/globex\.yaml cannot be read: ENOENT/)
        assert.strictEqual(
          yield* complaint({ secrets: {} }),
          "The secret databaseUser is not set: pulumi config set --secret databaseUser"
        )
      }).pipe(Effect.scoped), { timeout: 60_000 })
  }))
