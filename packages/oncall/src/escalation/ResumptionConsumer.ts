import { EventConsumer } from "@innkeeper/runtime"
import { Effect, Layer } from "effect"
import { tenantTransaction } from "../tenantTransaction.ts"
import { Pager } from "./Pager.ts"
import { findDueSteps } from "./SelfAuditStore.ts"

/** Events of a tenant that is served again. */
const types = ["tenant.activated", "tenant.resumed", "tenant.restored", "tenant.moved"]

/** Takes the steps that rested while their tenant was not served. Of a tenant that is still not served they rest on. */
export const ResumptionConsumerLive = Layer.unwrap(Effect.gen(function*() {
  const inTenant = yield* tenantTransaction
  const { escalate } = yield* Pager

  return EventConsumer.layer({
    name: "oncall/resumption",
    types,
    // All that a tenant has open may be due.
    timeout: "1 hour",
    handler: ({ tenantId }) =>
      Effect.flatMap(inTenant(tenantId, findDueSteps()), (steps) =>
        Effect.forEach(
          steps,
          ({ stage, ...run }) => escalate({ tenantId, ...run }, stage),
          { discard: true, concurrency: 32 }
        ))
  })
}))
