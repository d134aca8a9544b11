import { assert, describe, it } from "@effect/vitest"
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const below = ["config", "database", "runtime", "platform"]

/** Who may import whom of ours. `x/api` is the door of x that a browser may enter; `x` is both doors. */
const allowed: Record<string, ReadonlyArray<string>> = {
  "packages/config": [],
  "packages/database": ["config"],
  "packages/runtime": ["config", "database"],
  "packages/platform": ["config", "database", "runtime"],
  "packages/oncall": below,
  "packages/travel": below,
  "packages/testkit": ["config", "database"],
  "apps/server": [...below, "oncall", "travel"],
  "apps/web": ["config", "runtime/api", "platform/api", "oncall/api", "travel/api"],
  "apps/cli": ["config", "runtime/api", "platform/api", "oncall/api", "travel/api"],
  "bench": [...below, "oncall", "travel", "infrastructure"],
  "infrastructure": ["config"]
}

/** Tests may use the testkit as well, in every package but the one that everybody stands on. */
const allowedInTests = (folder: string) => folder === "packages/config" ? [] : [...allowed[folder]!, "testkit"]

const folders = globSync("{apps,packages}/*/package.json", { cwd: root })
  .concat(["bench/package.json", "infrastructure/package.json"].filter((file) => existsSync(join(root, file))))
  .map(dirname)

const read = (file: string) => readFileSync(join(root, file), "utf8")
const manifestOf = (folder: string) => JSON.parse(read(`${folder}/package.json`))
const ours = (dependencies: Record<string, string> = {}) =>
  Object.keys(dependencies).filter((name) => name.startsWith("@innkeeper/")).map((name) =>
    name.slice("@innkeeper/".length)
  )
const packageOf = (door: string) => door.replace(/\/.*/, "")

const isTest = (file: string) => /\.test\.tsx?$|\.fixture\.tsx?$/.test(file)
const sourcesOf = (folder: string) =>
  globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root, exclude: ["**/node_modules", "**/dist"] })

interface Import {
  readonly specifier: string
  /** Leaves nothing behind at run time. */
  readonly typeOnly: boolean
}

const importsOf = (file: string): ReadonlyArray<Import> =>
  [
    ...read(file).matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm),
    ...read(file).matchAll(/\bimport\((type\s)?"([^"]+)"/g)
  ].map(([, type, specifier]) => ({ specifier: specifier!, typeOnly: type !== undefined }))

const doorsOf = (file: string) =>
  importsOf(file).flatMap(({ specifier }) =>
    specifier.startsWith("@innkeeper/") ? [specifier.slice("@innkeeper/".length)] : []
  )

const enters = (doors: ReadonlyArray<string>, door: string) => doors.includes(door) || doors.includes(packageOf(door))

describe.each(folders)("%s", (folder) => {
  it("is in the table", () => assert.property(allowed, folder))

  it("names in its manifest only what it may import", () => {
    const { dependencies, devDependencies } = manifestOf(folder)
    const may = allowed[folder]!.map(packageOf)
    assert.deepStrictEqual(ours(dependencies).filter((name) => !may.includes(name)), [])
    const mayInTests = allowedInTests(folder).map(packageOf)
    assert.deepStrictEqual(ours(devDependencies).filter((name) => !mayInTests.includes(name)), [])
  })

  it("imports others of ours by the doors that it may enter", () => {
    const strays = sourcesOf(folder).flatMap((file) => {
      const doors = isTest(file) ? allowedInTests(folder) : allowed[folder]!
      return doorsOf(file).filter((door) => !enters(doors, door)).map((door) => `${file} imports ${door}`)
    })
    assert.deepStrictEqual(strays, [])
  })

  it("imports its own files by their path, and no file outside itself", () => {
    const strays = sourcesOf(folder).flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) =>
          specifier.startsWith(".")
            ? relative(folder, join(dirname(file), specifier)).startsWith("..")
            : specifier === manifestOf(folder).name || specifier.startsWith(`${manifestOf(folder).name}/`)
        )
        .map(({ specifier }) => `${file} imports ${specifier}`)
    )
    assert.deepStrictEqual(strays, [])
  })
})

it("config depends on effect alone", () =>
  assert.deepStrictEqual(Object.keys(manifestOf("packages/config").dependencies), ["effect"]))

/** What a browser loads when it enters by the door: `file` and all that it leads to, with who led there. */
const loadedBy = (file: string, seen = new Map<string, ReadonlyArray<string>>()) => {
  if (seen.has(file)) return seen
  const values = importsOf(file).filter(({ typeOnly }) => !typeOnly).map(({ specifier }) => specifier)
  seen.set(file, values)
  for (const specifier of values) {
    if (specifier.startsWith(".")) loadedBy(join(dirname(file), specifier), seen)
  }
  return seen
}

describe("the doors that a browser may enter", () => {
  const doors = folders.map((folder) => `${folder}/src/${folder === "packages/config" ? "index" : "api"}.ts`)
    .filter((file) => file.startsWith("packages/") && existsSync(join(root, file)))

  it.each(doors)("%s leads to nothing that needs Node.js or a database", (door) => {
    const strays = [...loadedBy(door)].flatMap(([file, specifiers]) =>
      specifiers
        .filter((specifier) =>
          !specifier.startsWith(".") &&
          !/^effect(?:\/(?!sql$|cluster$).*)?$|^@innkeeper\/(?:config|.+\/api)$/.test(specifier)
        )
        .map((specifier) => `${file} imports ${specifier}`)
    )
    assert.deepStrictEqual(strays, [])
  })
})
