import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import { HttpSink } from "./HttpSink.ts"

layer(Layer.merge(HttpSink.layer, FetchHttpClient.layer))("HttpSink", (it) => {
  it.effect("keeps requests and answers as told", () =>
    Effect.gen(function*() {
      const { behave, next, url } = yield* HttpSink
      const client = yield* HttpClient.HttpClient
      const request = HttpClientRequest.post(`${url}/in?a=1`).pipe(HttpClientRequest.bodyText("hello"))
      yield* behave({ _tag: "Answer", status: 503, headers: { "retry-after": "7" }, body: "later" })
      const response = yield* client.execute(request)
      assert.strictEqual(response.status, 503)
      assert.strictEqual(response.headers["retry-after"], "7")
      assert.strictEqual(yield* response.text, "later")
      const taken = yield* next
      assert.deepStrictEqual([taken.method, taken.path, taken.body], ["POST", "/in?a=1", "hello"])

      yield* behave({ _tag: "Drop" })
      assert.strictEqual((yield* Effect.exit(client.execute(request)))._tag, "Failure")
    }))
})
