import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("../docs/operations/", import.meta.url))
const read = (file: string) => readFileSync(`${folder}${file}`, "utf8")

const without = spawnSync("promtool", ["--version"]).error !== undefined
const why = without
  ? " (skipped: there is no promtool. Debian: apt-get install prometheus. Elsewhere: https://prometheus.io/download/)"
  : ""

const promtool = (...args: ReadonlyArray<string>) => {
  const { status, stderr, stdout } = spawnSync("promtool", args, { cwd: folder, encoding: "utf8" })
  assert.strictEqual(status, 0, `${stdout}\n${stderr}`)
  return stdout
}

const rules = read("alerts.yml").split(/^ {6}- alert: /m).slice(1).map((text) => ({
  name: text.split("\n", 1)[0]!,
  text
}))

describe("the Prometheus rules", () => {
  it.skipIf(without)(`are rules${why}`, () => {
    assert.include(promtool("check", "rules", "alerts.yml"), `${rules.length} rules found`)
  })

  it.skipIf(without)(`fire on what they should and on nothing else${why}`, () => {
    assert.include(promtool("test", "rules", "alerts.test.yml"), "SUCCESS")
  }, 120_000)

  it("are each seen to fire by a test", () => {
    const tests = read("alerts.test.yml")
    assert.deepStrictEqual(rules.filter(({ name }) => !tests.includes(`{alertname="${name}"}`)), [])
  })

  it("each say how bad it is, what is wrong, and where the runbook tells what to do", () => {
    const sections = [...read("runbook.md").matchAll(/^## (\w+)\n\n(?=\S)/gm)].map(([, title]) => title)
    assert.deepStrictEqual(sections, rules.map(({ name }) => name))
    for (const { name, text } of rules) {
      assert.match(text, /^ {10}severity: (critical|warning)$/m, name)
      assert.match(text, /^ {10}summary: '.+'$/m, name)
      assert.match(text, /^ {10}description: '.+'$/m, name)
      assert.include(text, `runbook_url: 'docs/operations/runbook.md#${name.toLowerCase()}'`)
    }
  })
})
