import { tenantWork } from "@innkeeper/database"
import { Audit } from "@innkeeper/platform"
import { Conflict } from "@innkeeper/platform/api"
import { Outbox } from "@innkeeper/runtime"
import { Effect, type Schema } from "effect"

const taken = (uniqueIndex: string) =>
  new Conflict({
    detail: "Another one has it already",
    field: uniqueIndex.includes("routing_key") ? "routingKey" : "name"
  })

/**
 * What the services of the catalogue (schedules, escalation policies, services, integrations) have in common: every
 * change is one transaction with its audit entry and its event.
 */
export const makeCatalogue = Effect.fnUntraced(function*(kind: "schedule" | "policy" | "service" | "integration") {
  const { explained, scoped } = yield* tenantWork
  const audit = yield* Audit
  const outbox = yield* Outbox

  /** A unique name or key that is taken is a `Conflict`. */
  const unique = explained((reason) => reason._tag === "UniqueViolation" ? taken(reason.constraint) : undefined)

  /** Puts a change on record and announces it, with the transaction it belongs to. */
  const changed = Effect.fnUntraced(function*(action: string, id: string, detail: Schema.Json) {
    yield* audit.record({ action: `${kind}.${action}`, subject: `${kind}:${id}`, detail })
    yield* outbox.publishAll([{ type: `${kind}.changed`, subject: id, payload: { action } }])
  })

  return { scoped, unique, changed }
})
