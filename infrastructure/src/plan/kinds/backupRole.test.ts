import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { deployTenant } from "../../component/deployTenant.ts"
import { cloudInput } from "../../testing/environments.fixture.ts"
import { configuration, runProgram, unsealed } from "../../testing/mocks.fixture.ts"
import { decoded, plan, tenantInput, tenants } from "../../testing/tenants.fixture.ts"

const acme = { mode: "cloud" as const, config: decoded(tenantInput("isolated", "cloud")) }

describe("the role of a tenant's backup", () => {
  it.effect.prop(
    "can be taken by that tenant's backup alone",
    [tenants],
    ([tenant]) =>
      Effect.map(plan(tenant), ({ cloud, namespace, objects, stack }) => {
        const roles = cloud.filter(({ type }) => type === "aws:iam/role:Role")
        assert.strictEqual(roles.length, tenant.mode === "cloud" && tenant.config.tier !== "pooled" ? 1 : 0)
        for (const { inputs } of roles) {
          const { Statement } = JSON.parse(String(inputs["assumeRolePolicy"]))
          const issuer = cloudInput.identityIssuer
          assert.deepStrictEqual(Statement[0].Condition.StringEquals, {
            [`${issuer}:aud`]: "sts.amazonaws.com",
            [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${stack}-backup-account`
          })
          const users = objects.filter(({ manifest }) =>
            JSON.stringify(manifest).includes(`"serviceAccountName":"${stack}-backup-account"`)
          )
          assert.deepStrictEqual(users.map(({ manifest }) => manifest.kind), ["CronJob"])
        }
      })
  )

  it.effect("is the one that the account names, and may touch that tenant's bucket alone", () =>
    Effect.gen(function*() {
      const { cloud, objects } = yield* plan(acme)
      const name = String(cloud.find(({ type }) => type === "aws:iam/role:Role")?.inputs["name"])
      assert.match(name, /^innkeeper-[0-9a-f]{12}$/)
      const account = objects.find(({ name }) => name === "acme-backup-account")?.manifest
      assert.deepStrictEqual(account?.metadata?.annotations, {
        "eks.amazonaws.com/role-arn": `arn:aws:iam::${cloudInput.account}:role/${name}`
      })
      const registered = yield* runProgram("acme", () => deployTenant(tenantInput("isolated", "cloud"), cloudInput))
      const rights = registered.find(({ name }) => name === "acme-backup-rights")?.inputs
      const { Statement } = JSON.parse(String(unsealed(rights?.["policy"])))
      assert.deepStrictEqual(Statement.map(({ Resource }: { readonly Resource: string }) => Resource), [
        "arn:aws:s3:::backups-1",
        "arn:aws:s3:::backups-1/*",
        cloudInput.kmsKey
      ])
    }))

  it.effect("takes the place of keys, which the cloud's stacks do not ask for", () =>
    Effect.gen(function*() {
      assert.notInclude(JSON.stringify(yield* plan(acme)), "ACCESS_KEY")
      const { backupAccessKey: _, backupSecretKey: __, ...without } = configuration
      yield* runProgram("acme", () => deployTenant(tenantInput("isolated", "cloud"), cloudInput), without)
    }))
})
