import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parse } from "yaml"

const folder = join(import.meta.dirname, "../../../.github/workflows")

interface Step {
  readonly run?: string
  readonly shell?: string
  readonly uses?: string
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly steps?: ReadonlyArray<Step>
  readonly uses?: string
  readonly with?: Readonly<Record<string, string>>
  readonly needs?: string | ReadonlyArray<string>
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

const text = (name: string) => readFileSync(join(folder, `${name}.yml`), "utf8")
const workflow = (name: string): Workflow => parse(text(name))

const names = globSync("infrastructure-*.yml", { cwd: folder }).map((file) => file.slice(0, -".yml".length))

describe.each(names)("the workflow %s", (name) => {
  const { jobs, on, permissions } = workflow(name)
  const steps = Object.values(jobs).flatMap(({ steps = [] }) => steps)

  it("runs nothing of a pull request with the rights of this repository", () => {
    assert.notProperty(on, "pull_request_target")
    if ("workflow_run" in on) {
      assert.deepStrictEqual(
        steps.filter(({ run, uses }) => run !== undefined || uses?.startsWith("actions/checkout")),
        []
      )
    }
  })

  it("has no rights to write but where they are named", () => assert.strictEqual(permissions["contents"], "read"))

  it("fails when a command before a pipe does", () => {
    for (const { run = "", shell } of steps) {
      if (/[^|]\|[^|]/.test(run)) assert.strictEqual(shell, "bash", run)
    }
  })

  it("puts nothing into a script that comes from outside", () => {
    for (const { run = "" } of steps) assert.notInclude(run, "${{")
  })

  it("calls workflows that are there", () => {
    for (const { uses } of Object.values(jobs)) {
      if (uses !== undefined) assert.include(names, uses.replace(/^\.\/\.github\/workflows\/(.*)\.yml$/, "$1"))
    }
  })
})

describe("the workflows of provisioning", () => {
  it("render forks without credentials", () => {
    const render = workflow("infrastructure-preview").jobs["render"]
    assert.isUndefined(render?.permissions)
    assert.notInclude(JSON.stringify(render), "secrets.")
  })

  it("hold preview, deployment and drift to the policy pack", () => {
    const script = text("infrastructure-stack")
    for (const command of ["pulumi preview --diff", "pulumi up", "pulumi preview --refresh"]) {
      const line = script.split("\n").find((line) => line.includes(command))
      assert.include(line, "\"${policies[@]}\"")
    }
  })

  it("take the common secrets for a stack without a file of its own, and go on where there are none", () => {
    const taken = /for file in[^]*?done/.exec(text("infrastructure-stack"))?.[0] ?? "exit 1"
    const folder = mkdtempSync(join(tmpdir(), "innkeeper-workflow-"))
    mkdirSync(join(folder, "secrets"))
    const run = (stack: string) =>
      spawnSync("bash", ["-euo", "pipefail", "-c", taken], {
        env: { PATH: "/usr/bin:/bin", FOLDER: folder, PROGRAM: folder, STACK: stack }
      }).status
    const configured = (stack: string) => readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8")
    try {
      assert.strictEqual(run("globex"), 0)
      assert.isFalse(existsSync(join(folder, "Pulumi.globex.yaml")))
      writeFileSync(join(folder, "secrets/acme.yaml"), "own")
      writeFileSync(join(folder, "secrets/_tenant.yaml"), "common")
      assert.deepStrictEqual([run("acme"), run("globex")], [0, 0])
      assert.deepStrictEqual([configured("acme"), configured("globex")], ["own", "common"])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it("deploy in waves, each after the one before", () => {
    const { jobs } = workflow("infrastructure-deploy")
    assert.deepStrictEqual(
      ["cluster", "canary", "early", "all"].map((name) => [jobs[name]?.needs].flat().at(-1)),
      ["waves", "cluster", "canary", "early"]
    )
    for (const { with: inputs } of Object.values(jobs)) {
      if (inputs !== undefined) assert.strictEqual(inputs["command"], "up")
    }
  })
})
