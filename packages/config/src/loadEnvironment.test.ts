import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Redacted, Schema } from "effect"
import { environment } from "./Environment.ts"
import { loadEnvironment } from "./loadEnvironment.ts"

const load = (env: Record<string, string>) =>
  loadEnvironment.pipe(Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(env)))

const problems = (env: Record<string, string>) =>
  Effect.map(Effect.flip(load(env)), (error) => error.problems.map(({ variable }) => variable).toSorted())

const production = {
  INNKEEPER_ENV: "production",
  PUBLIC_URL: "https://innkeeper.example.com",
  INNKEEPER_ADMIN_TOKEN: "t".repeat(32),
  INNKEEPER_SECRET: "s".repeat(32),
  SMTP_URL: "smtp://mail.example.com",
  EMAIL_FROM: "Bell <bell@example.com>"
}

const keyId = "AKIAIOSFODNN7EXAMPLE"

describe("loadEnvironment", () => {
  it.effect("needs nothing in development", () =>
    Effect.gen(function*() {
      const config = yield* load({})
      assert.strictEqual(config.http.publicUrl, "http://127.0.0.1:8080")
      assert.strictEqual(config.cluster.mode, "embedded")
      assert.strictEqual(config.telemetry.logFormat, "pretty")
      assert.strictEqual(config.telemetry.logLevel, "Info")
      assert.deepStrictEqual(config.http.trustedProxies, [])
      assert.isTrue(config.demo)
    }))

  it.effect("takes an empty variable for one that is not set", () =>
    Effect.map(load({ PORT: "", DATABASE_URL: "" }), (config) => {
      assert.strictEqual(config.http.port, 8080)
      assert.isUndefined(config.database.url)
    }))

  it.effect("names every wrong variable, not the first only", () =>
    Effect.map(
      problems({
        PORT: "http",
        DATABASE_POOL: "3",
        POSTGRES_SSL: "maybe",
        PUBLIC_URL: "ftp://x",
        TRUSTED_PROXIES: "10/8"
      }),
      (names) =>
        assert.deepStrictEqual(names, ["DATABASE_POOL", "PORT", "POSTGRES_SSL", "PUBLIC_URL", "TRUSTED_PROXIES"])
    ))

  it.effect("says what was expected and what was given", () =>
    Effect.map(
      Effect.flip(load({ PORT: "70000" })),
      (error) => assert.include(error.message, `PORT: expected a whole number from 1 to 65535, got "70000"`)
    ))

  it.effect("refuses a mail server without a host", () =>
    Effect.map(problems({ SMTP_URL: "smtp://" }), (names) => assert.deepStrictEqual(names, ["SMTP_URL"])))

  it.effect("says both ends of what a number may be", () =>
    Effect.forEach(["0", "10000001"], (RATE_LIMIT_API) =>
      Effect.map(
        Effect.flip(load({ RATE_LIMIT_API })),
        ({ message }) => assert.include(message, "RATE_LIMIT_API: expected a whole number from 1 to 10000000, got")
      )))

  it.effect("refuses a Redis whose URL its client could not read", () =>
    Effect.gen(function*() {
      for (const REDIS_URL of ["redis://host/cache", "redis://:50%off@host", "http://host", "host:6379"]) {
        assert.deepStrictEqual(yield* problems({ REDIS_URL }), ["REDIS_URL"], REDIS_URL)
      }
      for (const REDIS_URL of ["redis://host", "redis://host/", "rediss://:50%25off@host:6380/2"]) {
        assert.strictEqual(Redacted.value((yield* load({ REDIS_URL })).redis.url!), REDIS_URL)
      }
    }))

  it.effect("never shows the value of a secret", () =>
    Effect.gen(function*() {
      const secrets = Object.entries(environment).filter(([, variable]) => "secret" in variable).map(([name]) => name)
      const given = { ...Object.fromEntries(secrets.map((name) => [name, "hunter2"])), SES_ACCESS_KEY_ID: keyId }
      const error = yield* Effect.flip(load(given))
      assert.deepStrictEqual(error.problems.map(({ variable }) => variable).toSorted(), secrets.toSorted())
      assert.notInclude(JSON.stringify(error), "hunter2")
      assert.notInclude(error.message, "hunter2")
      const config = yield* load(production)
      assert.notInclude(JSON.stringify(config), production.INNKEEPER_SECRET)
      assert.strictEqual(Redacted.value(config.security.secret!), production.INNKEEPER_SECRET)
    }))

  it.effect("demands in production what production needs", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* problems({ INNKEEPER_ENV: "production" }), [
        "EMAIL_FROM",
        "INNKEEPER_ADMIN_TOKEN",
        "INNKEEPER_SECRET",
        "PUBLIC_URL",
        "SMTP_URL"
      ])
      const config = yield* load({ ...production, DATABASE_URL: "postgres://app@db/innkeeper" })
      assert.strictEqual(config.telemetry.logFormat, "json")
      assert.strictEqual(config.cluster.mode, "cluster")
      assert.isFalse(config.demo)
    }))

  it.effect("demands what the provider of mail needs, and nothing of the others", () =>
    Effect.gen(function*() {
      const { SMTP_URL: _, ...withoutMail } = production
      const needed = (provider: string, given: Record<string, string> = {}) =>
        problems({ ...withoutMail, EMAIL_PROVIDER: provider, ...given })
      assert.deepStrictEqual(yield* needed("smtp"), ["SMTP_URL"])
      assert.deepStrictEqual(yield* needed("resend"), ["RESEND_API_KEY"])
      assert.deepStrictEqual(yield* needed("postmark"), ["POSTMARK_SERVER_TOKEN"])
      assert.deepStrictEqual(yield* needed("ses"), ["SES_REGION"])
      const region = { SES_REGION: "eu-central-1" }
      assert.deepStrictEqual(yield* needed("ses", { ...region, SES_ACCESS_KEY_ID: keyId }), ["SES_SECRET_ACCESS_KEY"])
      assert.deepStrictEqual(yield* needed("ses", { ...region, SES_SECRET_ACCESS_KEY: "k".repeat(40) }), [
        "SES_ACCESS_KEY_ID"
      ])

      const config = yield* load({ ...withoutMail, EMAIL_PROVIDER: "ses", ...region })
      assert.deepStrictEqual(config.mail.delivery, { _tag: "Ses", region: "eu-central-1" })
      assert.strictEqual((yield* load({})).mail.delivery._tag, "Caught")
      assert.strictEqual((yield* load(production)).mail.delivery._tag, "Smtp")
    }))

  it.effect("takes a misspelt variable of ours for wrong, and leaves those of others alone", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* problems({ INNKEEPER_ADMIN_TOKN: "x", HOME: "/root", SMTP_UTL: "x" }), [
        "INNKEEPER_ADMIN_TOKN"
      ])
    }))

  it.effect("is not put off by the variables of a Kubernetes service of that name", () =>
    load({
      INNKEEPER_SERVICE_HOST: "10.0.0.1",
      INNKEEPER_SERVICE_PORT: "80",
      INNKEEPER_SERVICE_PORT_HTTP: "80",
      INNKEEPER_PORT: "tcp://10.0.0.1:80",
      INNKEEPER_PORT_80_TCP: "tcp://10.0.0.1:80",
      INNKEEPER_PORT_80_TCP_PROTO: "tcp",
      INNKEEPER_WEB_SERVICE_HOST: "10.0.0.2",
      INNKEEPER_WEB_PORT_8080_TCP_ADDR: "10.0.0.2"
    }))

  it.effect("takes any documented default as a value", () =>
    Effect.forEach(
      Object.entries(environment),
      ([name, variable]) => "default" in variable ? load({ [name]: variable.default }) : Effect.void
    ))

  it.effect.prop("answers any text in any variable with a configuration or with that variable's name", [
    Schema.Literals(Object.keys(environment)),
    Schema.String
  ], ([name, text]) =>
    load({ [name]: text }).pipe(
      Effect.catch((error) => Effect.sync(() => assert.include(error.problems.map(({ variable }) => variable), name)))
    ))
})

describe("trusted proxies", () => {
  for (const text of ["10.0.0.0/8", "::1", "fd00::/8, 192.168.1.1", "2001:db8::1/128"]) {
    it.effect(`may be ${text}`, () =>
      Effect.map(
        load({ TRUSTED_PROXIES: text }),
        ({ http }) => http.trustedProxies.forEach((network) => assert.match(network, /^[0-9a-f.:]+\/\d+$/))
      ))
  }
  const wrong = [
    "10.0.0.256",
    "010.0.0.1",
    "10.0.0.1/8",
    "fe80::1/64",
    "10.0.0.0/33",
    "fd00::/129",
    "proxy.local",
    "10.0.0.0/8;1.1.1.1",
    ":::"
  ]
  for (const text of wrong) {
    it.effect(`may not be ${text}`, () =>
      Effect.map(problems({ TRUSTED_PROXIES: text }), (names) => assert.deepStrictEqual(names, ["TRUSTED_PROXIES"])))
  }
})

describe("the address of the server", () => {
  for (
    const text of [
      "https://bell.example.com/?a=1",
      "https://bell.example.com/#a",
      "https://ada:secret@bell.example.com"
    ]
  ) {
    it.effect(`may not be ${text}`, () =>
      Effect.map(problems({ PUBLIC_URL: text }), (names) => assert.deepStrictEqual(names, ["PUBLIC_URL"])))
  }
})

describe("TLS to PostgreSQL", () => {
  it.effect("is spoken where its authorities are given", () =>
    Effect.gen(function*() {
      assert.isFalse((yield* load({})).database.ssl)
      assert.isTrue((yield* load({ POSTGRES_SSL_CA: "/etc/ssl/postgres.pem" })).database.ssl)
    }))
})
