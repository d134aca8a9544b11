import { assert, describe, it } from "@effect/vitest"
import * as pulumi from "@pulumi/pulumi"
import { Effect } from "effect"
import { createHmac, hkdfSync } from "node:crypto"
import { cloudInput, selfhostedInput } from "../testing/environments.fixture.ts"
import { configuration, type Registered, runProgram, unsealed } from "../testing/mocks.fixture.ts"
import { oneOfEach, plan as planOf, tenantInput } from "../testing/tenants.fixture.ts"
import { deployTenant } from "./deployTenant.ts"
import { PrefixedComponent } from "./PrefixedComponent.ts"
import { kubernetesType } from "./providers.ts"
import { Tenant } from "./Tenant.ts"

const inputs = { selfhosted: selfhostedInput, cloud: cloudInput }

/** An object as JSON, in which pods do not say which secrets they started with. */
const withoutDigest = (manifest: unknown) =>
  JSON.parse(
    JSON.stringify(manifest),
    (key, value: unknown) => {
      if (key !== "annotations" || typeof value !== "object" || value === null) return value
      const { "innkeeper/secrets": _, ...others } = value as Record<string, unknown>
      return Object.keys(others).length === 0 ? undefined : others
    }
  )

/** What the pods of a workload say of the secrets that they started with. */
const digestOf = (registered: ReadonlyArray<Registered>, name: string) =>
  (registered.find((resource) => resource.name === name)?.inputs["spec"] as
    | { readonly template: { readonly metadata: { readonly annotations?: Record<string, string> } } }
    | undefined)?.template.metadata.annotations?.["innkeeper/secrets"]

describe.each(oneOfEach)("deployTenant of the tier $tier, $mode", (tenant) => {
  const { mode, tier } = tenant
  const run = runProgram("acme", () => deployTenant(tenantInput(tier, mode), inputs[mode]))

  it.effect("registers all that the plan names, and nothing else", () =>
    Effect.gen(function*() {
      const plan = yield* planOf(tenant)
      const expected = [
        ["innkeeper:tenant:Tenant", "acme"],
        ...plan.passwords.map(({ name }) => ["random:index/randomPassword:RandomPassword", name]),
        ...plan.cloud.map(({ name, type }) => [type, name]),
        ...plan.objects.map(({ manifest, name }) => [kubernetesType(manifest), name]),
        ...plan.secrets.map(({ name }) => ["kubernetes:core/v1:Secret", name])
      ]
      const registered = (yield* run).map(({ name, type }) => [type, name])
      assert.deepStrictEqual(registered.toSorted(), expected.toSorted())
    }))

  it.effect("registers manifests as they were planned, but for the digest of what their pods read", () =>
    Effect.gen(function*() {
      const plan = yield* planOf(tenant)
      const registered = yield* run
      for (const { manifest, name } of plan.objects) {
        const inputs = registered.find((resource) => resource.name === name)?.inputs
        const text = JSON.stringify({ ...manifest })
        assert.deepStrictEqual(withoutDigest(inputs), withoutDigest(JSON.parse(text)), name)
      }
    }))
})

describe("deployTenant", () => {
  it.effect("gives the engine no secret in plain text", () =>
    Effect.forEach(
      oneOfEach,
      ({ mode, tier }) =>
        Effect.map(runProgram("acme", () => deployTenant(tenantInput(tier, mode), inputs[mode])), (registered) => {
          const plain = registered.map(({ inputs, name, type }) => ({
            type,
            name,
            inputs: Object.entries(inputs).filter(([, value]) => unsealed(value) === undefined)
          }))
          const text = JSON.stringify(plain)
          for (const secret of ["password-of-", ...Object.values(configuration)]) {
            assert.notInclude(text, secret)
          }
        })
    ))

  const secretOf = (mode: "selfhosted" | "cloud", tier: "isolated" | "dedicated", name: string) =>
    Effect.map(
      runProgram("acme", () => deployTenant(tenantInput(tier, mode), inputs[mode])),
      (registered) => unsealed(registered.find((resource) => resource.name === name)?.inputs["stringData"])
    )

  it.effect("puts passwords, addresses and secrets of the configuration where the plan refers to them", () =>
    Effect.gen(function*() {
      assert.include(yield* secretOf("selfhosted", "isolated", "acme-server-secrets"), {
        DATABASE_URL:
          "postgres://tenant_acme_app:password-of-acme-app-password@postgresql.database.svc:5432/tenant_acme",
        REDIS_URL: configuration.cacheUrl,
        SMTP_URL: configuration.smtpUrl
      })
      assert.include(yield* secretOf("cloud", "dedicated", "acme-server-secrets"), {
        DATABASE_URL: "postgres://tenant_acme_app:password-of-acme-app-password@acme.rds.example:5432/tenant_acme",
        REDIS_URL: "rediss://:password-of-acme-cache-password@acme.cache.example:6379"
      })
      assert.include(yield* secretOf("cloud", "dedicated", "acme-backup-secrets"), { BUCKET: "backups-1" })
    }))

  const sealingOf = (slug: string, tier: "isolated" | "dedicated", secrets = configuration) =>
    runProgram(slug, () => deployTenant({ ...tenantInput(tier, "selfhosted"), slug }, selfhostedInput), secrets).pipe(
      Effect.map((registered) => {
        const made = registered.find(({ name }) => name === `${slug}-server-secrets`)?.inputs["stringData"]
        return Reflect.get(Object(unsealed(made)), "INNKEEPER_SECRET")
      })
    )

  it.effect("makes what a server seals with of the tenant and the configuration alone, so that it can be made again", () =>
    Effect.gen(function*() {
      const secret = yield* sealingOf("acme", "isolated")
      const bytes = hkdfSync("sha256", configuration.sealingSecret, "innkeeper", "server/acme", 32)
      assert.strictEqual(secret, Buffer.from(bytes).toString("base64url"))
      assert.strictEqual(yield* sealingOf("acme", "dedicated"), secret)
      assert.notStrictEqual(yield* sealingOf("globex", "isolated"), secret)
    }))

  it.effect("starts other pods where a secret has changed that they read, and only there", () =>
    Effect.gen(function*() {
      const run = (secrets: Record<string, string>) =>
        runProgram("acme", () => deployTenant(tenantInput("dedicated", "selfhosted"), selfhostedInput), secrets)
      const before = yield* run(configuration)
      const after = yield* run({ ...configuration, smtpUrl: "smtps://other.example" })
      assert.match(digestOf(before, "acme-server") ?? "", /^[0-9a-f]{64}$/)
      assert.notStrictEqual(digestOf(after, "acme-server"), digestOf(before, "acme-server"))
      for (const name of ["acme-cache-deployment", "acme-database-set"]) {
        assert.match(digestOf(before, name) ?? "", /^[0-9a-f]{64}$/)
        assert.strictEqual(digestOf(after, name), digestOf(before, name))
      }
    }))

  it.effect("tells nothing of a secret by its digest, which only the stack's own key makes", () =>
    Effect.map(
      runProgram("acme", () => deployTenant(tenantInput("dedicated", "selfhosted"), selfhostedInput)),
      (registered) =>
        assert.strictEqual(
          digestOf(registered, "acme-cache-deployment"),
          createHmac("sha256", "password-of-acme-digest-key").update("[\"password-of-acme-cache-password\"]").digest(
            "hex"
          )
        )
    ))

  const refusal = (stack: string, config: unknown, environment: unknown, secrets?: Record<string, string>) =>
    Effect.map(Effect.flip(runProgram(stack, () => deployTenant(config, environment), secrets)), (error) => {
      assert.isTrue(error.forPeople)
      return error.message
    })

  it.effect("ends with a RunError of one sentence for what is wrong", () =>
    Effect.gen(function*() {
      const { domain: _, ...withoutDomain } = selfhostedInput
      const config = tenantInput("isolated", "selfhosted")
      assert.match(yield* refusal("acme", config, withoutDomain), /^environment\.domain: [^\n]+$/)
      assert.match(yield* refusal("acme", { ...config, tier: "gold" }, selfhostedInput), /^tier: [^\n]+$/)
      assert.strictEqual(
        yield* refusal("globex", config, selfhostedInput),
        "slug: expected globex, which the stack is named, got acme"
      )
      const { smtpUrl: __, ...withoutMail } = configuration
      assert.strictEqual(
        yield* refusal("acme", config, selfhostedInput, withoutMail),
        "The secret smtpUrl is not set: pulumi config set --secret smtpUrl"
      )
      assert.strictEqual(
        yield* refusal("acme", config, selfhostedInput, { ...configuration, sealingSecret: "guess" }),
        "The secret sealingSecret is too short: expected at least 32 random characters"
      )
    }))
})

describe("Tenant", () => {
  it.effect("protects what the plan protects, makes it after what it depends on, and pins the provider", () =>
    Effect.forEach(oneOfEach, (tenant) =>
      Effect.gen(function*() {
        const plan = yield* planOf(tenant)
        const names = new Map<unknown, string>()
        const made: Array<unknown> = []
        const note: pulumi.ResourceTransformation = ({ name, opts, resource, type }) => {
          names.set(resource, name)
          const dependsOn = [opts.dependsOn ?? []].flat().map((other) => names.get(other))
          if (type !== "innkeeper:tenant:Tenant") {
            made.push({ name, protect: opts.protect, dependsOn: dependsOn.toSorted() })
          }
          if (type !== "innkeeper:tenant:Tenant") {
            assert.match(opts.version ?? "", /^\d+\.\d+\.\d+$/)
          }
          return undefined
        }
        yield* runProgram("acme", () => new Tenant(plan, { transformations: [note] }))
        const expected = [
          ...plan.passwords.map(({ name }) => ({ name, protect: false, dependsOn: [] })),
          ...[...plan.cloud, ...plan.objects, ...plan.secrets].map(({ dependsOn, name, protect }) => ({
            name,
            protect,
            dependsOn: dependsOn.toSorted()
          }))
        ]
        const sorted = (things: ReadonlyArray<unknown>) => things.map((thing) => JSON.stringify(thing)).toSorted()
        assert.deepStrictEqual(sorted(made), sorted(expected))
      })))
})

describe("PrefixedComponent", () => {
  class Inn extends PrefixedComponent {
    constructor(child: string) {
      super("test:inn:Inn", "inn")
      const room = new pulumi.ComponentResource("test:inn:Room", "inn-room", {}, { parent: this })
      new pulumi.ComponentResource("test:inn:Bed", child, {}, { parent: room })
    }
  }

  it.effect("takes a child whose name begins with its own, at every depth", () =>
    Effect.map(
      runProgram("inn", () => new Inn("inn-bed")),
      (registered) => assert.deepStrictEqual(registered.map(({ name }) => name), ["inn", "inn-room", "inn-bed"])
    ))

  it.effect("refuses any other", () =>
    Effect.forEach(
      ["bed", "innbed"],
      (name) =>
        Effect.map(Effect.flip(runProgram("inn", () => new Inn(name))), ({ message }) =>
          assert.include(message, `The name ${name} of a test:inn:Bed has to begin with inn-`))
    ))
})
