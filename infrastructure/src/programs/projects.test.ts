import { assert, describe, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"

const projects = { tenant: "innkeeper", cluster: "innkeeper-cluster", bootstrap: "innkeeper-bootstrap" }

describe.each(Object.entries(projects))("the project of %s", (folder, name) => {
  it("has its name, its program, and leaves TypeScript to Node", () => {
    const root = join(import.meta.dirname, folder)
    const project = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"))
    assert.strictEqual(project.name, name)
    assert.deepStrictEqual(project.runtime, { name: "nodejs", options: { typescript: false } })
    assert.isTrue(existsSync(join(root, project.main)))
  })
})
