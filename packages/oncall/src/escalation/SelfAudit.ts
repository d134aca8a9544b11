import { withPlatform } from "@innkeeper/database"
import { MailDelayed, Mailer } from "@innkeeper/platform"
import { Schedules } from "@innkeeper/runtime"
import { Clock, Context, Effect, Layer, Metric, Schedule } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { Pager } from "./Pager.ts"
import {
  markTold,
  platformAdmins,
  raiseAlarms,
  Reason,
  type Unattended,
  unattended,
  untoldAlarms,
  untriedPages
} from "./SelfAuditStore.ts"

const waiting = Metric.gauge("oncall_unattended_incidents", {
  description: "Open, unacknowledged incidents without a future step, by reason; anything above 0 is an alarm"
})
/** The gauge above is the pod's that audited last; where the audit has moved away, it is of no value any more. */
const audited = Metric.gauge("oncall_self_audit_last_run_timestamp_seconds", {
  description: "When this pod last looked for unattended incidents, in seconds of Unix time"
})

/** Seconds by which a step may be late before it counts as overdue. */
const grace = 60

/** So long the audit waits for steps that were overdue. One that cannot be taken is tried by the next audit again. */
const restarting = "20 seconds"

/** Incidents that one mail names. After an outage they may be thousands. */
const mostInMail = 50

/** A mail server that is away for a moment is asked again: after 1, 2, 4, 8 and 16 s. */
const mailRetries = Schedule.exponential("1 second").pipe(Schedule.upTo({ times: 5 }))

/** So long an audit tries to mail: longer than a mail may take. What is not taken by then, the next audit mails. */
const mailing = "80 seconds"

const explanation: Record<Reason, string> = {
  exhausted: "Its escalation policy has no further step and nobody answered.",
  overdue: "Its next step is overdue, and is tried again every minute. If it stays open, see to it by hand.",
  lost: "It has no escalation. Assign it to somebody by hand."
}

/**
 * Checks that every open, unacknowledged incident will page somebody, and raises an alarm for each that will not. Pages that
 * nobody has tried to deliver are handed over again.
 */
export class SelfAudit extends Context.Service<SelfAudit, {
  /** Runs one check and returns what it found. */
  readonly check: Effect.Effect<ReadonlyArray<Unattended>>
}>()("oncall/SelfAudit") {
  static readonly layer = (options: { readonly publicUrl: string }) =>
    Layer.effect(
      SelfAudit,
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        const mailer = yield* Mailer
        const { escalate, escalateUntried } = yield* Pager

        const restart = ({ incidentId, run, stage, tenantId }: Unattended) =>
          escalate({ tenantId, incidentId, run }, stage)

        /** Whether an admin was told of the incidents, or trying again would tell nobody either. */
        const mail = Effect.fnUntraced(function*(raised: ReadonlyArray<Unattended>) {
          const admins = yield* withPlatform("platform admins")(platformAdmins)
          const lines = raised.slice(0, mostInMail).map((incident) =>
            `${incident.tenantName} #${incident.number} ${incident.serviceName}: ${incident.title}\n` +
            `${explanation[incident.reason]}\n${options.publicUrl}/incidents/${incident.incidentId}`
          )
          if (raised.length > mostInMail) lines.push(`And ${raised.length - mostInMail} more, each in the log.`)
          const outcomes = yield* Effect.forEach(admins, ({ email, tenantId }) =>
            mailer.send({
              tenantId,
              ofInstallation: true,
              to: email,
              subject: `Innkeeper: ${raised.length} open incident${
                raised.length === 1 ? "" : "s"
              } that nobody is paged for`,
              text: lines.join("\n\n"),
              messageId: `<${SecureRandom.uuidV7Unsafe()}@${new URL(options.publicUrl).hostname}>`
            }).pipe(
              Effect.retry({ schedule: mailRetries, while: (error) => error._tag === "MailDelayed" }),
              Effect.timeoutOrElse({
                duration: mailing,
                orElse: () => Effect.fail(new MailDelayed({ answer: "No answer in time", away: true }))
              }),
              Effect.as("taken" as const),
              Effect.catch(({ _tag, answer }) =>
                Effect.as(Effect.logError("The self-audit could not reach a platform admin", answer), _tag)
              )
            ), { concurrency: "unbounded" })
          return outcomes.includes("taken") || !outcomes.includes("MailDelayed")
        })

        const check = Effect.gen(function*() {
          const found = yield* withPlatform("self-audit")(unattended(grace))
          yield* Effect.forEach(Reason.literals, (reason) =>
            Metric.update(
              Metric.withAttributes(waiting, { reason }),
              found.filter((incident) => incident.reason === reason).length
            ))
          yield* Metric.update(audited, (yield* Clock.currentTimeMillis) / 1000)
          const raised = yield* withPlatform("self-audit alarms")(raiseAlarms(found))
          yield* Effect.forEach(raised, (incident) =>
            Effect.logError("An open incident has no future step", {
              tenant: incident.tenantName,
              incident: incident.number,
              reason: incident.reason
            }))
          const untried = yield* withPlatform("self-audit of pages")(untriedPages(grace))
          yield* Effect.forEach(untried, ({ pages, tenantName }) =>
            Effect.logWarning("Pages that nobody tried to deliver are handed over again", {
              tenant: tenantName,
              pages
            }))
          const overdue = found.filter(({ reason }) =>
            reason === "overdue"
          )
          yield* Effect.all([
            ...overdue.map(restart),
            ...untried.map(({ tenantId }) => escalateUntried(tenantId))
          ], { concurrency: "unbounded", discard: true }).pipe(Effect.timeoutOption(restarting))
          const untold = yield* withPlatform("self-audit alarms")(untoldAlarms(found))
          if (untold.length > 0 && (yield* mail(untold))) yield* withPlatform("self-audit alarms")(markTold(untold))
          return found
        }).pipe(
          Effect.provideService(SqlClient.SqlClient, sql),
          Effect.orDie,
          Effect.withSpan("SelfAudit.check")
        )
        return SelfAudit.of({ check })
      })
    )
}

/** Every minute, on one pod. */
export const SelfAuditCron = Schedules.layer({
  name: "oncall/self-audit",
  cron: "0 * * * * *",
  zone: "UTC",
  skipIfOlderThan: "1 minute",
  run: Effect.flatMap(SelfAudit, ({ check }) => check)
})
