import { assert, describe, it } from "@effect/vitest"
import { OpenApi } from "effect/http-api"
import { Api } from "./Api.ts"

const methods = ["get", "post", "put", "patch", "delete"] as const

const operations = Object.entries(OpenApi.fromApi(Api).paths).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const operation = item[method]
    return operation === undefined ? [] : [{ name: `${method} ${path}`, responses: operation.responses }]
  })
)

describe("the contract", () => {
  it("says of each endpoint what it answers where the server breaks or its database is away", () => {
    assert.isAbove(operations.length, 100)
    const silent = operations.filter(({ responses }) => !("500" in responses && "503" in responses))
    assert.deepStrictEqual(silent.map(({ name }) => name), [])
  })
})
