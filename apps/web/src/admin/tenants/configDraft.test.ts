import { assert, describe, it } from "@effect/vitest"
import { decodeTenantConfig } from "@innkeeper/config"
import { Conflict, Unprocessable } from "@innkeeper/platform/api"
import { Effect, Result } from "effect"
import { checkConfig, checkConfigText, errorAt, refusedFields } from "./checkConfig.ts"
import { configOf, draftOf, newDraft, toJson, withTier } from "./configDraft.ts"

const common = {
  slug: "seaward",
  name: "Seaward Ferries",
  domains: ["alerts.seaward.example.com", "status.seaward.example.com"],
  timeZone: "Europe/Oslo",
  features: ["oncall", "statuspage"],
  mail: { fromName: "Seaward", fromAddress: "bell@seaward.example.com" }
}
const shared = { users: 400, alertsPerMinute: 3000, retentionDays: 365 }
const own = { ...shared, cpu: 0.5, memory: 4, storage: 50, replicas: { minimum: 2, maximum: 4 } }
const configs = [
  { tier: "pooled", ...common, mail: { ...common.mail, replyTo: "desk@seaward.example.com" }, quotas: shared },
  { tier: "isolated", ...common, mode: "cloud", quotas: own },
  { tier: "dedicated", ...common, domains: [], features: [], mode: "selfhosted", quotas: own }
]

describe("configDraft", () => {
  it.effect.each(configs)("holds all of a configuration, $tier", (config) =>
    Effect.gen(function*() {
      const decoded = yield* decodeTenantConfig(config)
      assert.deepStrictEqual(configOf(draftOf(decoded)), config)
      assert.strictEqual(JSON.stringify(toJson(decoded)), JSON.stringify(config))
    }))

  it.effect("keeps what people entered when the tier changes, with the quotas of the tier for its own pods", () =>
    Effect.gen(function*() {
      const draft = withTier(draftOf(yield* decodeTenantConfig(configs[0])), "dedicated")
      assert.deepStrictEqual({ ...draft.quotas }, {
        ...shared,
        cpu: 8,
        memory: 32,
        storage: 500,
        minimum: 3,
        maximum: 12
      })
      assert.isTrue(Result.isSuccess(checkConfig(configOf(draft))))
      assert.strictEqual(withTier(draft, "dedicated"), draft)
    }))

  it("takes host names with whatever is between them", () =>
    assert.deepInclude(configOf({ ...newDraft("UTC"), domains: " a.example.com,\n b.example.com \n" }), {
      domains: ["a.example.com", "b.example.com"]
    }))
})

describe("checkConfig", () => {
  it("says what is wrong with each field, in sentences", () => {
    const draft = { ...newDraft("UTC"), tier: "isolated" as const, slug: "Sea", domains: "ok.example.com\nnowhere" }
    const result = checkConfig(configOf({ ...draft, quotas: { ...draft.quotas, users: NaN, cpu: 0, minimum: 9 } }))
    assert.deepStrictEqual(Result.isFailure(result) ? result.failure : null, {
      "slug": "This must be 1 to 40 lower-case letters, digits and hyphens, not starting or ending with a hyphen.",
      "name": "This must be a name.",
      "domains.1": "This must be a host name such as alerts.example.com, in lower case.",
      "mail.fromName": "This must be a name.",
      "mail.fromAddress": "This must be an address such as bell@example.com.",
      "quotas.users": "This is needed.",
      "quotas.cpu": "This must be a number of cores from 0.1 to 128.",
      "quotas.replicas": "This must be a minimum that is not above the maximum."
    })
  })

  it("says that a text is no JSON, and what of it is no configuration", () => {
    const broken = checkConfigText("{")
    assert.match(Result.isFailure(broken) ? broken.failure[""]! : "", /^This must be JSON\. ./)
    const wrong = checkConfigText(JSON.stringify({ ...configs[0], colour: "red", tier: "pooled" }))
    assert.deepStrictEqual(Object.keys(Result.isFailure(wrong) ? wrong.failure : {}), ["colour"])
    assert.isTrue(Result.isSuccess(checkConfigText(JSON.stringify(configs[1]))))
  })

  it("finds what the server refused at the field, also for one part of it", () => {
    const errors = refusedFields(
      new Unprocessable({
        errors: [
          { path: ["config", "domains", 1], message: "expected a domain of no other tenant" },
          { path: ["config"], message: "mode: expected selfhosted, which the environment is" },
          { path: ["config"], message: "No node has room" }
        ]
      })
    )
    assert.strictEqual(errorAt(errors, "domains"), "This must be a domain of no other tenant.")
    assert.strictEqual(errorAt(errors, "mode"), "This must be selfhosted, which the environment is.")
    assert.strictEqual(errors[""], "No node has room.")
    assert.isUndefined(errorAt(errors, "domain"))
    assert.deepStrictEqual(refusedFields(new Conflict({ field: "config.tier", detail: "It cannot." })), {
      tier: "It cannot."
    })
    assert.deepStrictEqual(refusedFields(new Conflict({ field: "version", detail: "It is 4 by now." })), {})
  })
})
