import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { problemsOf } from "../testing/manifests.fixture.ts"
import { oneOfEach, plan, tenants } from "../testing/tenants.fixture.ts"

describe("the manifests of a plan", () => {
  it.effect("pass the schemas of Kubernetes and cert-manager, for each tier and mode", () =>
    Effect.forEach(
      oneOfEach,
      (tenant) =>
        Effect.map(plan(tenant), ({ objects }) =>
          assert.deepStrictEqual(objects.flatMap(({ manifest }) => problemsOf(manifest)), []))
    ))

  it.effect.prop(
    "pass them for any tenant",
    [tenants],
    ([tenant]) =>
      Effect.map(
        plan(tenant),
        ({ objects }) => assert.deepStrictEqual(objects.flatMap(({ manifest }) => problemsOf(manifest)), [])
      )
  )
})

describe("the check of manifests", () => {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", labels: { a: "b" } },
    spec: { ports: [{ port: 80 }] }
  }

  it("lets a right one pass", () => assert.deepStrictEqual(problemsOf(service), []))

  it("refuses an unknown field, however deep", () =>
    assert.deepStrictEqual(problemsOf({ ...service, spec: { ports: [{ port: 80, porto: 1 }] } }), [
      "v1/Service: no field /spec/ports/0/porto"
    ]))

  it("refuses a value of the wrong type", () =>
    assert.include(problemsOf({ ...service, spec: { ports: [{ port: "80" }] } }).join(), "/spec/ports/0/port"))

  it("refuses what is missing", () =>
    assert.include(problemsOf({ ...service, spec: { ports: [{}] } }).join(), "required"))

  it("refuses a kind that it does not know", () =>
    assert.deepStrictEqual(problemsOf({ apiVersion: "v1", kind: "Pot" }), ["v1/Pot has no schema"]))
})
