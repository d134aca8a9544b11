import { Effect, Schema } from "effect"
import type { Plan } from "../plan/Plan.ts"
import type { PlanEnvironment } from "../plan/PlanEnvironment.ts"
import { readRequest } from "./readRequest.ts"
import type { Adapter, Tell, Work } from "./Work.ts"

/** A plan is data; an absent member is left out, as JSON has it. */
const recordOf = (plan: Plan): Schema.Json => JSON.parse(JSON.stringify(plan))

/** Host names of a tenant that is not served answer 503. */
const urlOf = ({ dns: [record] }: Plan, { request: { service } }: Work) =>
  service === "suspended" || record === undefined ? null : `https://${record.name}`

/** Nothing is built for a pooled tenant: the pool is there, and its servers say who is served. */
const pooled: Adapter<never> = {
  name: "render",
  preview: (_, tell) => tell({ _tag: "Planned", changes: [] }),
  apply: (_, tell) => tell({ _tag: "Planned", changes: [] }),
  previewDestroy: (_, tell) => tell({ _tag: "Planned", changes: [] }),
  destroy: (_, tell) => tell({ _tag: "Planned", changes: [] })
}

const nothingIn = (plan: Plan): Plan => ({ ...plan, passwords: [], secrets: [], cloud: [], objects: [] })

/**
 * Serves one request, which is a line of JSON, and tells of it; `Done` comes last. The record is the plan, which holds no
 * secret.
 */
export const provision = Effect.fnUntraced(
  function*<R>(line: string, environment: PlanEnvironment, adapter: Adapter<R>, tell: Tell) {
    const work = yield* readRequest(line, environment)
    const { before, options, plan, request } = work
    const isPooled = plan.tier === "pooled"
    const doing: Adapter<R> = isPooled ? { ...pooled, name: adapter.name } : adapter
    const done = (record: Plan | undefined, url: string | null) =>
      tell({
        _tag: "Done",
        adapter: doing.name,
        record: record === undefined ? null : recordOf(record),
        backup: isPooled ? null : options.backup,
        url
      })
    const unchanged = Effect.suspend(() => done(before, before === undefined ? null : urlOf(before, work)))
    switch (request.action) {
      case "preview":
        yield* doing.preview(work, tell)
        return yield* unchanged
      case "preview-destroy":
        yield* doing.previewDestroy(work, tell)
        return yield* unchanged
      case "destroy":
        yield* doing.destroy(work, tell)
        return yield* done(undefined, null)
      default:
        yield* doing.apply(work, tell)
        return yield* done(isPooled ? nothingIn(plan) : plan, urlOf(plan, work))
    }
  }
)
