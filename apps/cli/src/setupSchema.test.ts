import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { setupSchema } from "./setupSchema.ts"

const docs = new URL("../../../docs/setup.schema.json", import.meta.url)

describe("docs/setup.schema.json", () => {
  it("is up to date", () => assert.strictEqual(readFileSync(docs, "utf8"), `${setupSchema()}\n`))
})
