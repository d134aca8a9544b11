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

describe("the mails of a tenant", () => {
  for (
    const { mail, secrets } of [
      { mail: { provider: "smtp" }, secrets: ["smtpUrl"] },
      { mail: { provider: "resend" }, secrets: ["resendApiKey"] },
      { mail: { provider: "postmark" }, secrets: ["postmarkServerToken"] },
      { mail: { provider: "ses", region: "eu-central-1" }, secrets: ["sesAccessKeyId", "sesSecretAccessKey"] }
    ]
  ) {
    // A plan whose server would not start with what it is told is refused.
    it.effect(`go by ${mail.provider} and know its secrets alone`, () =>
      Effect.gen(function*() {
        const plan = yield* planWith(mail)
        const others = ["smtpUrl", "resendApiKey", "postmarkServerToken", "sesAccessKeyId", "sesSecretAccessKey"]
        assert.deepStrictEqual(secretKeysOf(plan).filter((key) => others.includes(key)), secrets)
      }))
  }

  it.effect("have a provider that is known", () =>
    Effect.gen(function*() {
      const { message } = yield* Effect.flip(planWith({ provider: "pigeon" }))
      assert.match(message, /^environment\.mail/)
    }))
})
