import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { planCluster } from "../cluster/planCluster.ts"
import { clusterInput, clusterSettings } from "../testing/cluster.fixture.ts"
import { cloudInput, environments, selfhostedInput } from "../testing/environments.fixture.ts"
import { clusterConfiguration, runProgram, unsealed } from "../testing/mocks.fixture.ts"
import { modes } from "../testing/tenants.fixture.ts"
import { deployCluster } from "./deployCluster.ts"
import { kubernetesType } from "./providers.ts"

const inputs = { selfhosted: selfhostedInput, cloud: cloudInput }

const run = (mode: "selfhosted" | "cloud") =>
  runProgram("cluster", () => deployCluster(clusterInput, inputs[mode]), clusterConfiguration)

describe("deployCluster", () => {
  it.effect("registers all that the plan names, and nothing else, in each mode", () =>
    Effect.forEach(modes, (mode) =>
      Effect.gen(function*() {
        const plan = yield* planCluster("cluster", environments[mode], clusterSettings)
        const expected = [
          ["innkeeper:cluster:Cluster", "cluster"],
          ...plan.passwords.map(({ name }) => ["random:index/randomPassword:RandomPassword", name]),
          ...plan.cloud.map(({ name, type }) => [type, name]),
          ...plan.objects.map(({ manifest, name }) => [kubernetesType(manifest), name]),
          ...plan.secrets.map(({ name }) => ["kubernetes:core/v1:Secret", name])
        ]
        const registered = (yield* run(mode)).map(({ name, type }) => [type, name])
        assert.deepStrictEqual(registered.toSorted(), expected.toSorted())
      })))

  it.effect("gives the engine no secret in plain text", () =>
    Effect.map(run("selfhosted"), (registered) => {
      const plain = registered.map(({ inputs }) =>
        Object.entries(inputs).filter(([, value]) => unsealed(value) === undefined)
      )
      for (const secret of ["password-of-", "bytes-of-", ...Object.values(clusterConfiguration)]) {
        assert.notInclude(JSON.stringify(plain), secret)
      }
      assert.include(
        unsealed(registered.find(({ name }) => name === "cluster-garage-secrets")?.inputs["stringData"]),
        { GARAGE_RPC_SECRET: "bytes-of-cluster-garage-rpc", ACCESS_KEY: clusterConfiguration.backupAccessKey }
      )
    }))

  it.effect("starts external-dns anew with another token", () =>
    Effect.gen(function*() {
      const podsWith = (dnsToken: string) =>
        Effect.map(
          runProgram("cluster", () => deployCluster(clusterInput, inputs.cloud), { ...clusterConfiguration, dnsToken }),
          (registered) => registered.find(({ name }) => name === "cluster-external-dns")?.inputs["spec"]
        )
      assert.deepStrictEqual(yield* podsWith("one"), yield* podsWith("one"))
      assert.notDeepEqual(yield* podsWith("one"), yield* podsWith("other"))
    }))

  it.effect("ends with one sentence for a secret that is not set", () =>
    Effect.map(
      Effect.flip(runProgram("cluster", () => deployCluster(clusterInput, cloudInput), {})),
      ({ forPeople, message }) => {
        assert.isTrue(forPeople)
        assert.strictEqual(message, "The secret dnsToken is not set: pulumi config set --secret dnsToken")
      }
    ))
})
