import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { runProgram } from "../testing/mocks.fixture.ts"
import { awsInput, garageInput } from "../testing/state.fixture.ts"
import { deployState } from "./deployState.ts"

const run = (input: unknown) => runProgram("bootstrap", () => deployState(input), {})

describe("deployState", () => {
  it.effect("makes a closed, encrypted, versioned bucket and a key that rotates", () =>
    Effect.map(run(awsInput), (registered) => {
      const inputs = (name: string) => registered.find((resource) => resource.name === `bootstrap-${name}`)?.inputs
      assert.include(inputs("bucket"), { bucket: "innkeeper-state-111122223333", forceDestroy: false })
      assert.include(inputs("key"), { enableKeyRotation: true })
      assert.include(inputs("key-alias"), { name: "alias/innkeeper-state" })
      assert.include(inputs("bucket-private"), { blockPublicAcls: true, restrictPublicBuckets: true })
      assert.deepInclude(inputs("bucket-versions"), { versioningConfiguration: { status: "Enabled" } })
    }))

  it.effect("makes nothing but a bucket in Garage", () =>
    Effect.map(run(garageInput), (registered) =>
      assert.deepStrictEqual(registered.map(({ type }) => type), [
        "innkeeper:state:State",
        "aws:s3/bucket:Bucket"
      ])))

  it.effect("ends with a sentence for what is wrong", () =>
    Effect.map(Effect.flip(run({ ...awsInput, bucket: "No" })), ({ forPeople, message }) => {
      assert.isTrue(forPeople)
      assert.match(message, /^state\.bucket: [^\n]+$/)
    }))
})
