import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { decodeTenantConfig } from "@innkeeper/config"
import { tenantInput, tenantInputs } from "@innkeeper/testkit"
import { Effect, FileSystem } from "effect"
import { join } from "node:path"
import { stringify } from "yaml"
import { programFolder } from "./Program.ts"
import { readTenantFolder } from "./TenantFolder.ts"

const folderOf = Effect.fnUntraced(function*(texts: Readonly<Record<string, string>>) {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped()
  yield* Effect.forEach(Object.entries(texts), ([name, text]) => files.writeFileString(`${folder}/${name}`, text))
  return folder
})

layer(NodeServices.layer)("the folder of tenants", (it) => {
  it.effect.prop(
    "gives any configuration that was written as YAML or JSON as it was",
    [tenantInputs],
    ([input]) =>
      Effect.gen(function*() {
        const folder = yield* folderOf({ "a.yaml": stringify(input), "b.json": JSON.stringify(input) })
        const read = yield* readTenantFolder(folder)
        assert.deepStrictEqual(read.map(({ file }) => file), ["a.yaml", "b.json"])
        const wanted = yield* decodeTenantConfig(input)
        for (const { config } of read) assert.deepStrictEqual(yield* decodeTenantConfig(config), wanted)
      }).pipe(Effect.scoped),
    { arbitrary: { runs: 40 } }
  )

  it.effect("may be a ConfigMap's, where Kubernetes keeps the files in a hidden folder and links to them", () =>
    Effect.gen(function*() {
      const files = yield* FileSystem.FileSystem
      const folder = yield* folderOf({})
      yield* files.makeDirectory(`${folder}/..2026_11_23`)
      yield* files.writeFileString(`${folder}/..2026_11_23/a.json`, JSON.stringify(tenantInput(1)))
      yield* files.symlink("..2026_11_23", `${folder}/..data`)
      yield* files.symlink("..data/a.json", `${folder}/a.json`)
      const read = yield* readTenantFolder(folder)
      assert.deepStrictEqual(read.map(({ file }) => file), ["a.json"])
    }).pipe(Effect.scoped))

  it.effect("of the demonstration is right", () =>
    Effect.map(readTenantFolder(join(programFolder, "demo/tenants")), (read) => assert.strictEqual(read.length, 3)))

  it.effect("names the file and the field of everything that is wrong", () =>
    Effect.gen(function*() {
      const folder = yield* folderOf({
        "a.yaml": stringify(tenantInput(1)),
        "b.yaml": stringify({ ...tenantInput(2), domains: ["nodomain"] }),
        "c.yaml": stringify({ ...tenantInput(3), tier: "gold" }),
        "d.yaml": "slug: [",
        "e.yaml": "",
        ".hidden.yaml": "no tenant"
      })
      const { message, problems } = yield* Effect.flip(readTenantFolder(folder))
      assert.deepStrictEqual(problems.map((problem) => problem.replace(/(: [^:]*):? .*/s, "$1")), [
        "b.yaml: domains.0",
        "c.yaml: tier",
        "d.yaml: expected YAML or JSON",
        "e.yaml: (document)"
      ])
      assert.include(message, `The tenants in ${folder} are not right, and none was entered:\n  b.yaml: domains.0: `)
    }))

  it.effect("has to be there, with files in it", () =>
    Effect.gen(function*() {
      const missing = yield* Effect.flip(readTenantFolder("/nowhere"))
      assert.deepStrictEqual(missing.problems, ["expected a folder that can be read: NotFound"])
      const empty = yield* Effect.flip(readTenantFolder(yield* folderOf({})))
      assert.deepStrictEqual(empty.problems, ["expected files such as acme.yaml, found none"])
    }))
})
