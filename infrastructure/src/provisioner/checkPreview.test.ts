import { NodeServices } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { openPack } from "../policy/openPack.ts"
import { environments, selfhostedInput } from "../testing/environments.fixture.ts"
import { requestOf } from "../testing/provisionProcess.fixture.ts"
import { tenantInput } from "../testing/tenants.fixture.ts"
import { checkPreview } from "./checkPreview.ts"
import { readRequest } from "./readRequest.ts"

describe("the preview of a request", () =>
  layer(NodeServices.layer)((it) => {
    it.effect("is refused by what the policy pack forbids, and leaves no file behind", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        yield* fs.writeFileString(`${folder}/environment.yaml`, JSON.stringify(selfhostedInput))
        const work = yield* readRequest(JSON.stringify(requestOf({ service: "suspended" })), environments.selfhosted)
        const seen: Array<string> = []
        const pack = Effect.succeed({
          rules: ["names"],
          violationsIn: (resources: ReadonlyArray<{ readonly urn: string }>) => {
            seen.push(...resources.map(({ urn }) => urn))
            return Effect.succeed([{ rule: "names", urn: seen.at(-1)!, problem: "It has a bad name." }])
          }
        })
        const refused = yield* Effect.flip(checkPreview(work, `${folder}/environment.yaml`, pack))
        assert.deepStrictEqual(refused.problems, [`names ${seen.at(-1)?.split("::").at(-1)}: It has a bad name.`])
        assert.isTrue(refused.refused)
        assert.isAbove(seen.length, 20)
        // Asked for with the stack's settings: a tenant that is suspended has no autoscaler.
        assert.isFalse(seen.some((urn) => urn.endsWith("::acme-autoscaler")))
      }).pipe(Effect.scoped), { timeout: 120_000 })

    it.effect("passes the policy pack with the job that carries a tenant's data, both ways", () =>
      Effect.gen(function*() {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped()
        yield* fs.writeFileString(`${folder}/environment.yaml`, JSON.stringify(selfhostedInput))
        const pack = yield* openPack
        for (const tier of ["isolated", "dedicated"] as const) {
          for (const direction of ["in", "out"]) {
            const config = tenantInput(tier, "selfhosted")
            const move = { direction, key: "k".repeat(43) }
            const work = yield* readRequest(
              JSON.stringify(requestOf({ config, move, service: "suspended" })),
              environments.selfhosted
            )
            const seen: Array<string> = []
            const looking = {
              ...pack,
              violationsIn: (resources: Parameters<typeof pack.violationsIn>[0]) => {
                seen.push(...resources.map(({ urn }) =>
                  urn
                ))
                return pack.violationsIn(resources)
              }
            }
            yield* checkPreview(work, `${folder}/environment.yaml`, Effect.succeed(looking))
            assert.lengthOf(seen.filter((urn) => /batch\/v1:Job::acme-move-/.test(urn)), 1, `${tier} ${direction}`)
          }
        }
      }).pipe(Effect.scoped), { timeout: 180_000 })
  }))
