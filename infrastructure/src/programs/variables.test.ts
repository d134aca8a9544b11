import { assert, describe, it } from "@effect/vitest"
import * as pulumi from "@pulumi/pulumi"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { readInput, requiredVariable } from "./variables.ts"

const thrownBy = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

describe("requiredVariable", () => {
  it("gives what is set", () => assert.notStrictEqual(requiredVariable("PATH", "the path"), ""))

  it("throws a RunError that names the variable and can be caught", () => {
    const error = thrownBy(() => requiredVariable("INNKEEPER_NEVER_SET", "the thing"))
    assert.isTrue(pulumi.RunError.isInstance(error))
    assert.include(String(error), "The variable INNKEEPER_NEVER_SET is not set: the thing")
  })
})

describe("readInput", () => {
  it("throws a RunError for a file that is not there", () =>
    assert.isTrue(pulumi.RunError.isInstance(thrownBy(() => readInput("/nowhere/acme.yaml")))))
})

describe("the programs", () => {
  it("end by an error and never by process.exit", () => {
    const root = join(import.meta.dirname, "..")
    const calls = globSync("**/*.ts", { cwd: root }).filter((file) =>
      readFileSync(join(root, file), "utf8").includes(["process", "exit("].join("."))
    )
    assert.deepStrictEqual(calls, [])
  })
})
