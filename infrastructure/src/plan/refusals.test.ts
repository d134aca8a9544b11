import { assert, describe, it } from "@effect/vitest"
import { defaultQuotas } from "@innkeeper/config"
import { Effect } from "effect"
import { cloudInput, environments, selfhostedInput } from "../testing/environments.fixture.ts"
import { planOf, tenantInput } from "../testing/tenants.fixture.ts"
import { decodePlanEnvironment } from "./PlanEnvironment.ts"

/** What a person reads who gives this configuration. */
const messageFor = (changes: Record<string, unknown>, environment: keyof typeof environments = "selfhosted") =>
  Effect.map(
    Effect.flip(planOf(tenantInput("isolated", "selfhosted", changes), environments[environment])),
    ({ message }) => message
  )

const without = (input: Record<string, unknown>, name: string) =>
  Object.fromEntries(Object.entries(input).filter(([key]) => key !== name))

const environmentMessage = (input: unknown) =>
  Effect.map(Effect.flip(decodePlanEnvironment(input)), ({ message }) => message)

describe("a configuration that no plan is made of", () => {
  it.effect("is told by one sentence with the field's path", () =>
    Effect.gen(function*() {
      const quotas = defaultQuotas("isolated")
      assert.strictEqual(
        yield* messageFor({ domains: ["ok.example", "not a domain"] }),
        "domains.1: Expected a host name such as alerts.example.com, in lower case"
      )
      assert.match(yield* messageFor({ tier: "gold" }), /^tier: Expected .*pooled.*isolated.*dedicated.*$/)
      assert.strictEqual(
        yield* messageFor({ quotas: { ...quotas, cpu: 0.5 } }),
        "quotas.cpu: expected at least 1.01 cores for 4 replicas, one more during a rollout, and the jobs beside them, got 0.5"
      )
      assert.strictEqual(
        yield* messageFor({ quotas: { ...quotas, memory: 2 } }),
        "quotas.memory: expected at least 2.5625 GiB for 4 replicas, one more during a rollout, and the jobs beside them, got 2"
      )
      assert.strictEqual(
        yield* messageFor({ domains: ["globex.innkeeper.example"] }),
        "domains.0: expected a domain outside innkeeper.example, got globex.innkeeper.example"
      )
      assert.strictEqual(
        yield* messageFor({}, "cloud"),
        "mode: expected cloud, which the environment production is, got selfhosted"
      )
    }))

  it.effect("is refused before the server would refuse it", () =>
    Effect.gen(function*() {
      const ingress = { ...selfhostedInput.ingress, networks: ["999.0.0.0/8"] }
      const environment = yield* decodePlanEnvironment({ ...selfhostedInput, ingress })
      const { message } = yield* Effect.flip(planOf(tenantInput("isolated", "selfhosted"), environment))
      assert.match(message, /^server\.TRUSTED_PROXIES: expected addresses, or networks/)
    }))
})

describe("an environment that no plan is made in", () => {
  it.effect("is told by the path of what is missing or wrong", () =>
    Effect.gen(function*() {
      assert.match(yield* environmentMessage(without(selfhostedInput, "domain")), /^environment\.domain: [^\n]+$/)
      assert.match(yield* environmentMessage({ ...cloudInput, mode: "moon" }), /^environment\.mode: [^\n]+$/)
      assert.match(
        yield* environmentMessage({ ...cloudInput, databaseAuthorities: "none" }),
        /^environment\.databaseAuthorities: Expected certificates in PEM format[^\n]*$/
      )
    }))

  it.effect("has no image without a version", () =>
    Effect.forEach(["redis", "redis:latest", "redis:8", "redis@sha256:12"], (redis) =>
      Effect.map(
        environmentMessage({ ...selfhostedInput, images: { ...selfhostedInput.images, redis } }),
        (message) => assert.match(message, /^environment\.images\.redis: Expected an image with a version or digest/)
      )))
})
