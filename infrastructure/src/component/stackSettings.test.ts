import { assert, describe, it } from "@effect/vitest"
import * as pulumi from "@pulumi/pulumi"
import { type PlanOptions, served } from "../plan/OwnTenant.ts"
import { optionsOf, settingsOf } from "./stackSettings.ts"

const read = (options: PlanOptions) => {
  const settings = Object.entries(settingsOf(options)).map(([key, value]) => [`innkeeper:${key}`, value])
  pulumi.runtime.setAllConfig(Object.fromEntries(settings))
  return optionsOf(new pulumi.Config("innkeeper"))
}

describe("the settings of a stack", () => {
  it("say what is asked, and the program reads the same", () => {
    for (
      const options of [
        served,
        { ...served, service: "suspended" },
        { ...served, backup: "operation-1.dump" },
        { ...served, restoreFrom: "operation-1.dump" },
        { ...served, move: { direction: "in", operation: "1" } },
        { ...served, service: "suspended", move: { direction: "out", operation: "1" } },
        { ...served, service: "suspended", release: true }
      ] satisfies ReadonlyArray<PlanOptions>
    ) assert.deepStrictEqual(read(options), options)
  })

  it("are none when nothing more is asked", () => assert.deepStrictEqual(settingsOf(served), {}))
})
