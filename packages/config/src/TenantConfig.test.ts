import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { decodeTenantConfig } from "./decodeTenantConfig.ts"
import { Dedicated, defaultQuotas, Isolated, isTimeZoneName, Pooled, TenantConfig, Tier } from "./TenantConfig.ts"
import { TenantSlug } from "./TenantId.ts"

const pooled = {
  tier: "pooled",
  slug: "acme",
  name: "Acme",
  domains: ["alerts.acme.example"],
  timeZone: "Europe/Berlin",
  features: ["oncall"],
  mail: { fromName: "Acme", fromAddress: "bell@acme.example" },
  quotas: { users: 20, alertsPerMinute: 300, retentionDays: 90 }
}
const own = { ...pooled.quotas, cpu: 2, memory: 4, storage: 50, replicas: { minimum: 2, maximum: 4 } }

const fields = (input: unknown) =>
  Effect.map(Effect.flip(decodeTenantConfig(input)), ({ problems }) => problems.map(({ field }) => field).toSorted())

describe("TenantConfig", () => {
  it.effect("is decoded by its tier", () =>
    Effect.gen(function*() {
      assert.instanceOf(yield* decodeTenantConfig(pooled), Pooled)
      assert.instanceOf(
        yield* decodeTenantConfig({ ...pooled, tier: "isolated", mode: "cloud", quotas: own }),
        Isolated
      )
      assert.instanceOf(
        yield* decodeTenantConfig({ ...pooled, tier: "dedicated", mode: "selfhosted", quotas: own }),
        Dedicated
      )
    }))

  it.effect("names every field that is wrong", () =>
    Effect.gen(function*() {
      const wrong = { ...pooled, slug: "Acme!", domains: ["acme", "ok.example"], timeZone: "Mars/Olympus" }
      assert.deepStrictEqual(yield* fields(wrong), ["domains.0", "slug", "timeZone"])
      assert.deepStrictEqual(yield* fields({ ...pooled, tier: "isolated" }), [
        "mode",
        "quotas.cpu",
        "quotas.memory",
        "quotas.replicas",
        "quotas.storage"
      ])
      assert.deepStrictEqual(yield* fields({ ...pooled, quotas: { ...pooled.quotas, users: 0 } }), ["quotas.users"])
    }))

  it.effect("takes an unknown tier for one problem", () =>
    Effect.map(fields({ ...pooled, tier: "gold" }), (names) => assert.deepStrictEqual(names, ["tier"])))

  it.effect("refuses a field that the tier does not have", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* fields({ ...pooled, quotas: own }), [
        "quotas.cpu",
        "quotas.memory",
        "quotas.replicas",
        "quotas.storage"
      ])
      assert.deepStrictEqual(yield* fields({ ...pooled, mode: "cloud" }), ["mode"])
    }))

  it.effect("refuses what PostgreSQL cannot keep, names of several lines and a domain that is there twice", () =>
    Effect.gen(function*() {
      for (const name of ["", " Acme", "Acme ", "A\nB", "A\u0000", "A\ud800", "A".repeat(121)]) {
        assert.deepStrictEqual(yield* fields({ ...pooled, name }), ["name"], JSON.stringify(name))
      }
      const mail = { fromName: "Acme", fromAddress: "bell\u0000@acme.example" }
      assert.deepStrictEqual(yield* fields({ ...pooled, mail }), ["mail.fromAddress"])
      const twice = { ...pooled, domains: ["a.example", "a.example"] }
      assert.deepStrictEqual(yield* fields(twice), ["domains"])
      const { name } = yield* decodeTenantConfig({ ...pooled, name: "佐藤 & Söhne 🛎" })
      assert.strictEqual(name, "佐藤 & Söhne 🛎")
    }))

  it.effect("refuses a scale that ends below its start", () =>
    Effect.map(
      fields({
        ...pooled,
        tier: "isolated",
        mode: "cloud",
        quotas: { ...own, replicas: { minimum: 3, maximum: 2 } }
      }),
      (names) => assert.deepStrictEqual(names, ["quotas.replicas"])
    ))

  it.prop("has quotas of its own for each tier that its schema accepts", [Tier], ([tier]) => {
    const config = tier === "pooled" ? pooled : { ...pooled, tier, mode: "cloud" }
    const quotas = { ...defaultQuotas(tier) }
    assert.isTrue(Schema.decodeUnknownOption(TenantConfig)({ ...config, quotas })._tag === "Some")
  })
})

describe("TenantSlug", () => {
  const is = Schema.is(TenantSlug)
  for (const slug of ["a", "a1", "acme-travel", "0x", "a".repeat(40)]) {
    it(`may be ${slug}`, () => assert.isTrue(is(slug)))
  }
  for (const slug of ["", "-a", "a-", "A", "a_b", "a.b", "ä", "a\n", "a".repeat(41)]) {
    it(`may not be ${JSON.stringify(slug)}`, () => assert.isFalse(is(slug)))
  }
})

describe("the name of a time zone", () => {
  const regions = "Etc/UTC Etc/GMT+5 Europe/London europe/london US/Pacific America/Argentina/Buenos_Aires".split(" ")
  for (const name of ["UTC", "GMT", ...regions, "America/Port-au-Prince"]) {
    it(`may be ${name}`, () => assert.isTrue(isTimeZoneName(name)))
  }
  const abbreviations = "BST AST ECT SST CST IST PNT EST MST EST5EDT Japan Zulu SystemV/PST8PDT".split(" ")
  for (const name of [...abbreviations, "+0530", "+05:30", "-08", "Mars/Olympus", "Europe/London\n", ""]) {
    it(`may not be ${JSON.stringify(name)}`, () => assert.isFalse(isTimeZoneName(name)))
  }

  it.effect("is read of a stored configuration as it is", () =>
    Effect.map(
      decodeTenantConfig({ ...pooled, timeZone: "EST" }),
      ({ timeZone }) => assert.strictEqual<string>(timeZone, "EST")
    ))
})
