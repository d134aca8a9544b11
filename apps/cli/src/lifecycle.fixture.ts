/** The lives of tenants, kept in memory: each look at an operation lets it take one step. Tests only. */
import { decodeTenantConfig, type TenantConfig, TenantSlug } from "@innkeeper/config"
import {
  AdminActor,
  Conflict,
  isUnderWay,
  ManagedTenant,
  NotFound,
  OperationId,
  OperationLine,
  type OperationRequest,
  TenantOperation,
  TenantPlan,
  type TenantState,
  Unprocessable
} from "@innkeeper/platform/api"
import { DateTime, Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { AdminApi } from "./AdminClient.ts"

const at = DateTime.makeUnsafe("2026-11-21T03:12:09.500Z")
export const removeAt = DateTime.makeUnsafe("2026-12-21T03:12:09.500Z")
const change = (action: "create" | "update", name: string, fields: ReadonlyArray<string> = []) => ({
  action,
  kind: "Deployment",
  name,
  fields
})

/** What an operation says, one line at each look. The tenant `doomed` fails, what is done with `endless` never ends. */
const script = (slug: TenantSlug): ReadonlyArray<Pick<OperationLine, "step" | "event">> => [
  { step: "Build", event: null },
  { step: "Build", event: { _tag: "Planned", changes: [change("create", "server")] } },
  {
    step: "Build",
    event: { _tag: "Progress", kind: "Deployment", name: "server", status: "began", done: 0, total: 1 }
  },
  slug === "doomed"
    ? {
      step: "Build",
      event: { _tag: "Failed", problems: ["No node has room.", "The quota is full."], refused: false }
    }
    : {
      step: "Build",
      event: { _tag: "Progress", kind: "Deployment", name: "server", status: "done", done: 1, total: 1 }
    }
]

interface Kept {
  tenant: ManagedTenant
  operations: Array<TenantOperation>
  /** How many lines were told of the last operation. */
  told: number
}

const kept = new Map<TenantSlug, Kept>()

/** Tenants as they are, by slug. */
export const managed = (slug: string): ManagedTenant | undefined => kept.get(TenantSlug.make(slug))?.tenant

const manage = (slug: TenantSlug, name: string, config: TenantConfig | null) =>
  new ManagedTenant({
    slug,
    name,
    tier: config?.tier ?? "pooled",
    state: "active",
    createdAt: at,
    source: "database",
    version: config === null ? 0 : 1,
    config,
    possible: ["apply", "suspend", "offboard"],
    operation: null
  })

const lakeside = TenantSlug.make("lakeside")
kept.set(lakeside, { tenant: manage(lakeside, "Lakeside Inns", null), operations: [], told: 0 })

const find = (slug: TenantSlug) =>
  Effect.fromNullishOr(kept.get(slug)).pipe(Effect.mapError(() => new NotFound({ resource: "tenant" })))

/** The state that an operation leads to. */
const states: Record<OperationRequest["kind"], TenantState> = {
  create: "active",
  apply: "active",
  suspend: "suspended",
  resume: "active",
  offboard: "offboarding",
  restore: "active"
}

/** What the request asks for: the configuration, or null if it leaves that alone; whether all is so already. */
const asked = Effect.fnUntraced(function*(slug: TenantSlug, request: OperationRequest) {
  const config = "config" in request ? yield* Effect.orDie(decodeTenantConfig(request.config)) : null
  if (config?.domains.some((domain) => `${domain}` === "taken.example")) {
    return yield* new Unprocessable({
      errors: [
        { path: ["config", "domains", 0], message: "expected a domain of no other tenant" },
        { path: ["config"], message: "mode: expected selfhosted" },
        { path: ["config"], message: "No node has room" }
      ]
    })
  }
  const known = request.kind === "create" ? kept.get(slug) : yield* find(slug)
  const before = known?.tenant
  const unchanged = before !== undefined
    && before.state === states[request.kind]
    && (config === null || JSON.stringify(before.config) === JSON.stringify(config))
  return { config, unchanged, before }
})

/** The operation that has not ended, unless that is an off-boarding which waits. */
const underWay = (slug: TenantSlug) => {
  const operation = kept.get(slug)?.tenant.operation ?? null
  return operation !== null && isUnderWay(operation.status) && operation.status !== "waiting" ? operation : null
}

/** Takes the next step of the operation that a tenant's last one is. */
const advance = (one: Kept) => {
  const [current] = one.operations
  if (current === undefined || !isUnderWay(current.status) || current.slug === "endless") return
  if (one.told < script(current.slug).length) {
    one.told++
    one.operations[0] = new TenantOperation({ ...current, status: "running", step: "Build" })
  } else {
    const failed = current.slug === "doomed"
    one.operations[0] = new TenantOperation({
      ...current,
      status: failed ? "failed" : current.kind === "offboard" ? "waiting" : "succeeded",
      problems: failed ? ["No node has room.", "The quota is full."] : [],
      removeAt: current.kind === "offboard" ? removeAt : null,
      backup: current.kind === "offboard" ? "lakeside-1" : null,
      progress: { done: 1, total: 1 },
      finishedAt: current.kind === "offboard" ? null : at
    })
    one.tenant = new ManagedTenant({ ...one.tenant, state: failed ? "failed" : states[current.kind] })
  }
  one.tenant = new ManagedTenant({ ...one.tenant, operation: one.operations[0] })
}

let count = 0

export const lifecycle = HttpApiBuilder.group(AdminApi, "lifecycle", (handlers) =>
  handlers.handleAll({
    list: ({ query: { cursor } }) =>
      Effect.sync(() => {
        // Pages of one.
        const [next, ...more] = [...kept.values()].slice([...kept.keys()].findIndex((slug) => slug === cursor) + 1)
        return {
          items: next === undefined ? [] : [next.tenant],
          nextCursor: next !== undefined && more.length > 0 ? next.tenant.slug : null
        }
      }),
    get: ({ params }) => Effect.map(find(params.slug), ({ tenant }) => tenant),
    plan: Effect.fnUntraced(function*({ params: { slug }, payload }) {
      const { before, config, unchanged } = yield* asked(slug, payload)
      const current = underWay(slug)
      if (current !== null) return yield* new Conflict({ detail: `${current.kind} is under way` })
      return new TenantPlan({
        slug,
        kind: payload.kind,
        unchanged,
        steps: ["Build", "Tell everybody"],
        fields: before === undefined || config === null || before.name === config.name
          ? []
          : [{ field: "name", before: before.name, after: config.name }],
        changes: config?.tier === "pooled"
          ? []
          : [change("create", "server"), change("update", "proxy", ["spec.hosts"])],
        adapter: config?.tier === "pooled" ? null : "render",
        warnings: payload.kind === "suspend" ? ["People who are signed in are turned away."] : []
      })
    }),
    operate: Effect.fnUntraced(function*({ params: { slug }, payload }) {
      const { before, config, unchanged } = yield* asked(slug, payload)
      const current = underWay(slug)
      if (current?.kind === payload.kind) return { operation: current }
      if (current !== null) return yield* new Conflict({ detail: `${current.kind} is under way` })
      if (unchanged) return { operation: null }
      const operation = new TenantOperation({
        id: OperationId.make(`019a0000-0000-7000-8000-${String(++count).padStart(12, "0")}`),
        slug,
        kind: payload.kind,
        status: "queued",
        actor: new AdminActor({ kind: "token", sessionId: null }),
        createdAt: at,
        finishedAt: null,
        step: null,
        progress: null,
        problems: [],
        removeAt: null,
        backup: null,
        runId: null
      })
      const tenant = config === null ? before : manage(slug, config.name, config)
      if (tenant === undefined) return yield* new NotFound({ resource: "tenant" })
      kept.set(slug, {
        tenant: new ManagedTenant({ ...tenant, operation }),
        operations: [operation, ...kept.get(slug)?.operations ?? []],
        told: 0
      })
      return { operation }
    }),
    history: ({ params }) =>
      Effect.map(find(params.slug), ({ operations }) => ({ items: operations, nextCursor: null })),
    operation: Effect.fnUntraced(function*({ params }) {
      const one = yield* find(params.slug)
      advance(one)
      return yield* Effect.fromNullishOr(one.operations.find(({ id }) => id === params.id)).pipe(
        Effect.mapError(() => new NotFound({ resource: "operation" }))
      )
    }),
    lines: ({ params, query }) =>
      Effect.map(
        find(params.slug),
        ({ told }) =>
          script(params.slug).slice(0, told).map((line, index) => new OperationLine({ ...line, number: index + 1, at }))
            .filter(({ number }) => number > (query.after ?? 0))
      ),
    cancel: Effect.fnUntraced(function*({ params }) {
      const one = yield* find(params.slug)
      const [current] = one.operations
      if (current === undefined) return yield* new NotFound({ resource: "operation" })
      const cancelled = new TenantOperation({ ...current, status: "cancelled" })
      one.operations[0] = cancelled
      one.tenant = new ManagedTenant({ ...one.tenant, operation: cancelled })
      return cancelled
    })
  }))
