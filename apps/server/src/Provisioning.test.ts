import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { ProvisionerConfig } from "@innkeeper/config"
import { Effect, Layer } from "effect"
import { join } from "node:path"
import { programFolder } from "./Program.ts"
import { provisionerLayer } from "./Provisioning.ts"

const here = new ProvisionerConfig({
  adapter: "render",
  program: join(programFolder, "infrastructure/src/programs/provision.ts"),
  environment: join(programFolder, "infrastructure/environments/kind/environment.yaml")
})

const start = (changes: Partial<ProvisionerConfig>) =>
  Effect.scoped(Layer.build(provisionerLayer(new ProvisionerConfig({ ...here, ...changes }))))

layer(NodeServices.layer)("what builds tenants", (it) => {
  it.effect("has to be there when the server starts", () =>
    Effect.gen(function*() {
      yield* start({})
      for (
        const [field, variable] of [["program", "PROVISIONER_PROGRAM"], ["environment", "PROVISIONER_ENVIRONMENT"]]
      ) {
        const { message } = yield* Effect.flip(start({ [`${field}`]: "/app/missing.ts" }))
        assert.match(message, new RegExp(`^There is no file /app/missing.ts, which ${variable} names: .*none`))
      }
    }))

  it.effect("is not looked for where nothing is built", () => start({ adapter: "none", program: "/app/missing.ts" }))
})
