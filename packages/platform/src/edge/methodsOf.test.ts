import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { call, httpLayer } from "../Http.fixture.ts"
import { PlatformApi } from "../PlatformApi.ts"
import { methodsOf } from "./methodsOf.ts"

class Things extends HttpApiGroup.make("things").add(
  HttpApiEndpoint.get("get", "/things/:id"),
  HttpApiEndpoint.delete("remove", "/things/:id"),
  HttpApiEndpoint.post("find", "/things/find")
) {}

describe("the methods at a path", () => {
  const methodsAt = methodsOf(HttpApi.make("things").add(Things), { maxParamLength: 10 })

  it.each([
    ["/things/7", ["GET", "HEAD", "DELETE"]],
    ["/things/7?find=DELETE", ["GET", "HEAD", "DELETE"]],
    ["/things/find", ["GET", "HEAD", "DELETE", "POST"]],
    ["/things", []],
    ["/things/7/more", []],
    ["/things/%E0%A4%A", []],
    ["/things/longer-than-ten", []]
  ])(
    "%s are those of all endpoints that could answer",
    (url, methods) => assert.deepStrictEqual(methodsAt(url), methods)
  )
})

const endpoints: Array<{ readonly method: string; readonly path: string }> = []
HttpApi.reflect(PlatformApi, {
  onGroup: () => undefined,
  onEndpoint: ({ endpoint: { method, path } }) => endpoints.push({ method, path })
})

layer(httpLayer)("a method that no endpoint has", (it) => {
  it.effect("is answered 405 at each path of the API, to anybody, with those that it has", () =>
    Effect.forEach(endpoints, ({ method, path }) =>
      Effect.gen(function*() {
        const { headers, problem, status } = yield* call("OPTIONS", path.replaceAll(/:\w+/g, "nobodys"))
        assert.deepStrictEqual([status, problem], [405, "method-not-allowed"], path)
        assert.include((headers["allow"] ?? "").split(", "), method, path)
      })))

  it.effect("is told from what there is not", () =>
    Effect.gen(function*() {
      const { headers, json, text } = yield* call("DELETE", "/api/v1/users/?token=secret")
      assert.strictEqual(headers["allow"], "GET, HEAD, POST")
      assert.strictEqual(json.detail, "There is no DELETE at /api/v1/users/, expected GET, HEAD, POST")
      assert.notInclude(text, "secret")
      const nowhere = yield* call("DELETE", "/api/v1/nowhere")
      assert.deepStrictEqual([nowhere.status, nowhere.headers["allow"]], [404, undefined])
    }))
})
