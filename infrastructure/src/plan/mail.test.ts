import { assert, describe, it } from "@effect/vitest"
import { decodeTenantConfig } from "@innkeeper/config"
import { Effect } from "effect"
import { selfhostedInput } from "../testing/environments.fixture.ts"
import { tenantInput } from "../testing/tenants.fixture.ts"
import { decodePlanEnvironment } from "./PlanEnvironment.ts"
import { planTenant } from "./planTenant.ts"
import { secretKeysOf } from "./secretKeys.ts"

const planWith = Effect.fnUntraced(function*(mail: object) {
  const environment = yield* decodePlanEnvironment({ ...selfhostedInput, mail })
  return yield* planTenant(yield* decodeTenantConfig(tenantInput("isolated", "selfhosted")), environment)
})

const portsToTheWorld = (plan: Effect.Success<ReturnType<typeof planWith>>) => {
  const policy = plan.objects.map(({ manifest }) => manifest).find((manifest) =>
    manifest.kind === "NetworkPolicy" && manifest.metadata?.name === "acme-allow-world"
  )
  return policy?.kind === "NetworkPolicy"
    ? policy.spec?.egress?.flatMap(({ ports }) => ports?.map(({ port }) => port))
    : []
}

describe("the mails of a tenant", () => {
  for (
    const { mail, secrets } of [
      { mail: { provider: "smtp", port: 2525 }, secrets: ["smtpUrl"] },
      { mail: { provider: "resend" }, secrets: ["resendApiKey"] },
      { mail: { provider: "postmark" }, secrets: ["postmarkServerToken"] },
      { mail: { provider: "ses", region: "eu-central-1" }, secrets: ["sesAccessKeyId", "sesSecretAccessKey"] }
    ]
  ) {
    // A plan whose server would not start with what it is told is refused.
    it.effect(`go by ${mail.provider}, with its secrets and through its port alone`, () =>
      Effect.gen(function*() {
        const plan = yield* planWith(mail)
        const others = ["smtpUrl", "resendApiKey", "postmarkServerToken", "sesAccessKeyId", "sesSecretAccessKey"]
        assert.deepStrictEqual(secretKeysOf(plan).filter((key) => others.includes(key)), secrets)
        assert.deepStrictEqual(portsToTheWorld(plan), mail.provider === "smtp" ? [443, 2525] : [443])
      }))
  }

  it.effect("have a provider that is known", () =>
    Effect.gen(function*() {
      const { message } = yield* Effect.flip(planWith({ provider: "pigeon" }))
      assert.match(message, /^environment\.mail/)
    }))
})
