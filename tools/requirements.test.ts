import { assert, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const document = readFileSync(`${root}docs/requirements.md`, "utf8")

it("docs/requirements.md names only files that exist", () => {
  const named = [...document.matchAll(/`([\w./-]+\/[\w./-]+|Dockerfile)`/g)].map(([, path]) => path!)
  assert.isAbove(named.length, 50)
  assert.deepStrictEqual([...new Set(named)].filter((path) => !existsSync(`${root}${path}`)), [])
})
