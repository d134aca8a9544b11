import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { closeSync, existsSync, openSync } from "node:fs"

const main = `${import.meta.dirname}/main.ts`

const call = (...args: ReadonlyArray<string>) => spawnSync(process.execPath, [main, ...args], { encoding: "utf8" })

describe("the program innkeeper", () => {
  it("prints nothing where a result goes when it was called in a wrong way", () => {
    for (
      const args of [["export", "LAKESIDE"], ["jobs", "list", "--limit", "many", "--json"], ["exprot", "lakeside"]]
    ) {
      const { status, stderr, stdout } = call(...args)
      assert.deepStrictEqual([status, stdout], [1, ""], args.join(" "))
      assert.match(stderr, /USAGE[^]*(Invalid value|Unknown subcommand)/)
    }
  })

  it("prints help that was asked for, and its version, as a result", () => {
    for (const [flag, says] of [["--help", "USAGE"], ["--version", "innkeeper v"]] as const) {
      const { status, stderr, stdout } = call(flag)
      assert.deepStrictEqual([status, stderr], [0, ""])
      assert.include(stdout, says)
    }
  })

  it.runIf(existsSync("/dev/full"))("fails when its result cannot be written", () => {
    const full = openSync("/dev/full", "w")
    const { status, stderr } = spawnSync(process.execPath, [main, "--version"], {
      encoding: "utf8",
      stdio: ["ignore", full, "pipe"]
    })
    closeSync(full)
    assert.strictEqual(status, 1)
    assert.match(stderr, /^The result could not be written: ENOSPC/)
  })
})
