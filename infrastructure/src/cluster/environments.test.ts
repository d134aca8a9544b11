import { NodeServices } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { decodePlanEnvironment } from "../plan/PlanEnvironment.ts"
import { plans } from "../preview/render.ts"
import { readInput } from "../programs/variables.ts"
import { problemsOf } from "../testing/manifests.fixture.ts"
import { decodeClusterSettings } from "./ClusterSettings.ts"
import { planCluster } from "./planCluster.ts"

const root = join(import.meta.dirname, "../../environments")

describe.each(readdirSync(root))("the environment %s", (name) =>
  layer(NodeServices.layer)((it) => {
    const environment = join(root, name, "environment.yaml")

    it.effect("plans its cluster and all of its tenants, with manifests that Kubernetes takes", () =>
      Effect.gen(function*() {
        const cluster = yield* planCluster(
          "cluster",
          yield* decodePlanEnvironment(readInput(environment)),
          yield* decodeClusterSettings(readInput(join(root, name, "cluster.yaml")))
        )
        const tenants = yield* plans({ environment, tenants: join(root, name, "tenants") })
        assert.isAbove(tenants.length, 0)
        assert.deepStrictEqual(
          [cluster, ...tenants].flatMap(({ objects }) => objects).flatMap(({ manifest }) => problemsOf(manifest)),
          []
        )
      }))
  }))
