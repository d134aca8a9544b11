import type { TenantSlug } from "@innkeeper/config"
import { asTenant, tenantWork } from "@innkeeper/database"
import { AdminAudit, Sessions, Tenants } from "@innkeeper/platform"
import { type Conflict, CurrentAdmin, NotFound, Unprocessable } from "@innkeeper/platform/api"
import { Context, DateTime, Effect, Fiber, Layer, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Integrations } from "../integration/Integrations.ts"
import { diff } from "./SetupDiff.ts"
import { type SetupDocument, SetupResult } from "./SetupDocument.ts"
import { exportOf } from "./SetupExport.ts"
import { makeIds } from "./SetupIds.ts"
import { fold } from "./SetupNames.ts"
import { makeReading } from "./SetupReading.ts"
import { recordOf } from "./SetupRecord.ts"
import { emptyState } from "./SetupState.ts"
import { changeOf, changesField, type SetupStep } from "./SetupStep.ts"
import { lockSetup, releaseRoutingKeys } from "./SetupStore.ts"
import { type Invitation, makeWriting } from "./SetupWriting.ts"

/** How long an answer waits for the mails to new people. It tells their links and secrets, once, so it must not come too late. */
const mailPatience = "10 seconds"

/** Carries the outcome of a dry run out of the transaction that it takes back. */
class Undone extends Schema.TaggedError<Undone>()("Undone", { result: SetupResult }) {}

/** Tenants as documents. */
export class Setups extends Context.Service<Setups, {
  /**
   * Makes the tenant as the document says, in one transaction; what the document does not mention stays. Creates the
   * tenant when there is none. `dryRun` does the same and takes it back. What an admin changes by it is on their record.
   * Refuses a tenant whose data is not here, or not at rest, as one that is moving or off-boarded, or to which another document
   * is being applied for long; so does `export`.
   */
  readonly apply: (
    document: SetupDocument,
    options?: { readonly dryRun?: boolean }
  ) => Effect.Effect<SetupResult, Unprocessable | Conflict>
  /** The document that describes the tenant: applied to it, it changes nothing. That an admin took it is on their record. */
  readonly export: (slug: TenantSlug) => Effect.Effect<SetupDocument, NotFound | Conflict>
}>()("oncall/Setups") {
  static readonly layer = Layer.effect(
    Setups,
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const tenants = yield* Tenants
      const integrations = yield* Integrations
      const read = yield* makeReading
      const write = yield* makeWriting
      const sessions = yield* Sessions
      const audit = yield* AdminAudit
      const scope = yield* Effect.scope

      const { scoped } = yield* tenantWork

      /** Integrations that the document names, as senders need them. */
      const addresses = Effect.fnUntraced(function*({ integrations: stated = [] }: SetupDocument) {
        const names = new Set(stated.map(({ name }) => fold(name)))
        const stored = yield* integrations.list(true)
        return stored.flatMap(({ key, kind, name, url }) =>
          key !== null && url !== null && names.has(fold(name)) ? [{ name, kind, key, url }] : []
        )
      })

      /** The demonstration is made at a start, which is nobody's action. */
      const record = Effect.fnUntraced(function*(entry: Parameters<typeof audit.record>[0]) {
        if (Option.isSome(yield* Effect.serviceOption(CurrentAdmin))) yield* audit.record(entry)
      })

      const run = Effect.fnUntraced(function*(document: SetupDocument, dryRun: boolean) {
        yield* lockSetup(document.tenant.slug)
        yield* tenants.holdHere(document.tenant.slug)
        const now = yield* DateTime.now
        const known = yield* tenants.bySlug(document.tenant.slug)
        const state = Option.isNone(known) ? emptyState : yield* scoped(read(now)).pipe(asTenant(known.value.id))
        const steps = yield* Effect.fromResult(diff(document, state, now)).pipe(
          Effect.mapError((errors) => new Unprocessable({ errors }))
        )
        const tenant = yield* tenants.ensure({ ...document.tenant, timeZone: document.tenant.timeZone ?? "UTC" })
        return yield* scoped(Effect.gen(function*() {
          const before = dryRun ? yield* addresses(document) : []
          const ids = makeIds(state)
          yield* releaseRoutingKeys(handingOn(steps))
          const told = yield* Effect.forEach(
            steps.filter(({ id, kind }) => kind !== "tenant" || id !== null),
            (step) => write(step, ids)
          )
          const invitations = told.flatMap((each) => each.invitations)
          return {
            tenant,
            invitations,
            result: new SetupResult({
              tenantSlug: tenant.slug,
              dryRun,
              changes: steps.map(changeOf),
              integrations: dryRun ? before : yield* addresses(document),
              webhookSecrets: dryRun ? [] : told.flatMap(({ webhookSecrets }) => webhookSecrets),
              invitations: dryRun ? [] : invitations.map(({ url, user }) => ({ user, url }))
            })
          }
        })).pipe(asTenant(tenant.id))
      })

      const transaction = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
        sql.withTransaction(effect).pipe(
          Effect.provideService(SqlClient.SqlClient, sql),
          Effect.catchTag("SqlError", Effect.die)
        )

      /** Mails invitations to those who are to get one, and goes on with it when patience ends. */
      const mailInvitations = (invitations: ReadonlyArray<Invitation>) =>
        Effect.forEach(
          invitations.filter(({ mail }) => mail),
          ({ name, url, user }) => sessions.mailInvitation({ email: user, name }, url),
          { discard: true, concurrency: 4 }
        ).pipe(
          Effect.catchCause((cause) => Effect.logError("Invitations could not be mailed", cause)),
          Effect.forkIn(scope),
          Effect.flatMap(Fiber.join),
          Effect.timeoutOption(mailPatience)
        )

      const apply = Effect.fn("Setups.apply")(
        function*(document: SetupDocument, { dryRun = false }: { readonly dryRun?: boolean } = {}) {
          if (dryRun) {
            return yield* transaction(
              Effect.flatMap(run(document, true), ({ result }) => Effect.fail(new Undone({ result })))
            ).pipe(Effect.catchTag("Undone", ({ result }) => Effect.succeed(result)))
          }
          const { invitations, result, tenant } = yield* transaction(
            Effect.tap(
              run(document, false),
              ({ result: { changes }, tenant }) =>
                changes.length === 0 ? Effect.void : record(recordOf(tenant, changes))
            )
          )
          yield* mailInvitations(invitations).pipe(asTenant(tenant.id))
          return result
        }
      )

      const exportTenant = Effect.fn("Setups.export")(function*(slug: TenantSlug) {
        const tenant = yield* tenants.bySlug(slug)
        if (Option.isNone(tenant)) return yield* new NotFound({ resource: "tenant" })
        yield* lockSetup(slug)
        yield* tenants.holdHere(slug)
        const state = yield* scoped(read(yield* DateTime.now)).pipe(asTenant(tenant.value.id))
        yield* record({ action: "tenant.exported", subject: `tenant:${tenant.value.id}`, detail: { slug } })
        return exportOf(state)
      }, transaction)

      return Setups.of({ apply, export: exportTenant })
    })
  )
}

/** The services whose routing keys become others. */
const handingOn = (steps: ReadonlyArray<SetupStep>) =>
  steps.flatMap((step) =>
    step.kind === "service" && step.id !== null && changesField(step, "routingKey")
      ? [step.id]
      : []
  )
