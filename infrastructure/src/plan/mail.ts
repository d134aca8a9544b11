import { Match, Schema } from "effect"
import type { Reference } from "./Plan.ts"
import type { ServerEnvironment } from "./serverEnvironment.ts"

/** What hands the tenants' mails over. */
export const MailPlan = Schema.Union([
  Schema.Struct({ provider: Schema.tag("smtp") }),
  Schema.Struct({ provider: Schema.tag("resend") }),
  Schema.Struct({ provider: Schema.tag("postmark") }),
  Schema.Struct({
    provider: Schema.tag("ses"),
    region: Schema.String.check(
      Schema.isPattern(/^[a-z]{2}(?:-[a-z]+)+-\d$/, { expected: "a region such as eu-central-1" })
    )
  })
])
export type MailPlan = typeof MailPlan.Type

const configured = (key: string): [Reference] => [{ from: "configuration", key }]

/** What the server of a tenant is told of mail. Its secrets are those of the engine's configuration. */
export const mailEnvironment = Match.type<MailPlan>().pipe(
  Match.discriminatorsExhaustive("provider")({
    smtp: () => ({ values: {}, secrets: { SMTP_URL: configured("smtpUrl") } }),
    resend: () => ({ values: {}, secrets: { RESEND_API_KEY: configured("resendApiKey") } }),
    postmark: () => ({ values: {}, secrets: { POSTMARK_SERVER_TOKEN: configured("postmarkServerToken") } }),
    ses: ({ region }) => ({
      values: { SES_REGION: region },
      secrets: {
        SES_ACCESS_KEY_ID: configured("sesAccessKeyId"),
        SES_SECRET_ACCESS_KEY: configured("sesSecretAccessKey")
      }
    })
  })
) satisfies (plan: MailPlan) => Pick<ServerEnvironment, "values" | "secrets">

/** Values of the right form, where only that counts. */
export const mailSamples: Readonly<Record<string, string>> = {
  smtpUrl: "smtps://mail.example",
  resendApiKey: "re_00000000",
  postmarkServerToken: "00000000-0000-4000-8000-000000000000",
  sesAccessKeyId: "AKIAIOSFODNN7EXAMPLE",
  sesSecretAccessKey: "k".repeat(40)
}
