import { Outbox } from "@innkeeper/runtime"
import { Effect, type Schema } from "effect"
import { Audit } from "./Audit.ts"

/**
 * Puts a change of what a tenant has set up on record and announces it to open pages, both in the surrounding transaction.
 * `action` is that of the audit log, such as `contact-method.added`; the event is the kind's, such as `user.changed`.
 */
export const makeChanged = Effect.fnUntraced(function*(kind: "user" | "team" | "api-key") {
  const audit = yield* Audit
  const outbox = yield* Outbox
  return Effect.fnUntraced(function*(action: string, id: string, detail: Schema.Json) {
    yield* audit.record({ action, subject: `${kind}:${id}`, detail })
    yield* outbox.publishAll([{ type: `${kind}.changed`, subject: id, payload: { action } }])
  })
})
