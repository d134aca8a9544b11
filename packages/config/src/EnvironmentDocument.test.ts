import { assert, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { environmentDocument } from "./EnvironmentDocument.ts"

it("docs/configuration.md is what the contract says", () => {
  const file = readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8")
  assert.strictEqual(file, environmentDocument(), "run: node tools/configuration.mjs")
})
