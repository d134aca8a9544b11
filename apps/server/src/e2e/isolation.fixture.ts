/** Two tenants with something of every kind, and how each endpoint is called on them. Tests only. */
import { EscalationPolicy, Integration, Schedule, Service } from "@innkeeper/oncall/api"
import { CreatedContactMethod, Team, User } from "@innkeeper/platform/api"
import { Context, Effect, Layer, Schema } from "effect"
import { randomUUID } from "node:crypto"
import { eventually } from "./eventually.fixture.ts"
import { incidentsOf, mailTo, notificationsOf, timelineOf } from "./incidents.fixture.ts"
import type { Answer } from "./request.fixture.ts"
import { type Route, tenantRoutes } from "./routes.fixture.ts"
import { Server } from "./server.fixture.ts"
import { makeTenant, type Tenant } from "./tenant.fixture.ts"

/** By the noun that stands before an id in a path. */
const nouns = [
  "users",
  "contact-methods",
  "teams",
  "services",
  "escalation-policies",
  "schedules",
  "overrides",
  "integrations",
  "api-keys",
  "webhooks",
  "deliveries",
  "incidents",
  "mailbox"
] as const
export type Ids = Readonly<Record<typeof nouns[number], string>>

/** Ids that nothing has. */
export const nobodysIds = Object.fromEntries(nouns.map((noun) => [noun, randomUUID()])) as Ids

const plan = (ids: Ids) => ({
  steps: [{
    targets: [{ kind: "schedule", id: ids.schedules }, { kind: "user", id: ids.users }],
    timeoutSeconds: 86_400
  }],
  repeat: 0,
  lastResort: [],
  acknowledgementTimeoutSeconds: null
})
const schedule = (ids: Ids) => ({
  name: "Days",
  timeZone: "Europe/Zurich",
  layers: [{ name: "Daily", rotation: { unit: "day", every: 1, start: "2026-01-05T09:00" }, users: [ids.users] }]
})
const service = (routingKey: string) => (ids: Ids) => ({
  name: `Named ${routingKey}`,
  description: "",
  teamId: ids.teams,
  routingKey,
  escalationPolicyId: ids["escalation-policies"]
})
const team = (name: string) => (ids: Ids) => ({ name, tags: [], members: [{ userId: ids.users, role: "member" }] })
const webhook = { url: "http://127.0.0.1:9/hook", description: "", eventTypes: [] }
const integration = (name: string) => (ids: Ids) => ({ name, kind: "generic", serviceId: ids.services })

/** A body that each endpoint takes, with references to things of `ids`. */
export const bodies: Readonly<Record<string, (ids: Ids) => unknown>> = {
  "users.create": () => ({ name: "New", email: "new@example.com", role: "observer" }),
  "users.update": () => ({ name: "Renamed" }),
  "users.setPassword": () => ({ password: "a password of some length" }),
  "users.addContactMethod": () => ({ kind: "email", address: "further@example.com" }),
  "teams.create": team("Created"),
  "teams.replace": team("Replaced"),
  "apiKeys.create": () => ({ name: "Created", scopes: ["incidents:read"] }),
  "webhooks.create": () => webhook,
  "webhooks.replace": () => webhook,
  "webhooks.rotateSecret": () => ({ keepOld: true }),
  "webhookDeliveries.replayDead": () => ({ since: "2026-01-01T00:00:00Z" }),
  "incidents.open": (ids) => ({ serviceId: ids.services, title: "By hand", priority: "low" }),
  "incidents.resolve": () => ({}),
  "incidents.reassign": (ids) => ({ to: { kind: "user", id: ids.users } }),
  "incidents.note": () => ({ text: "A note" }),
  "incidents.setPriority": () => ({ priority: "info" }),
  "services.create": service("created"),
  "services.replace": service("replaced"),
  "integrations.create": integration("Created"),
  "integrations.replace": integration("Replaced"),
  "schedules.create": (ids) => ({ ...schedule(ids), name: "Created" }),
  "schedules.replace": schedule,
  "schedules.addOverride": (ids) => ({
    userId: ids.users,
    start: "2030-01-01T00:00:00Z",
    end: "2030-01-02T00:00:00Z"
  }),
  "escalationPolicies.create": (ids) => ({ name: "Created", ...plan(ids) }),
  "escalationPolicies.replace": (ids) => ({ name: "Replaced", ...plan(ids) })
}

/** Queries without which an endpoint gives nothing, or something else at each moment. */
const queries: Readonly<Record<string, string>> = {
  "schedules.calendar": "?from=2026-11-01T00:00:00Z&until=2026-12-01T00:00:00Z",
  "onCall.schedules": "?at=2026-11-21T12:00:00Z",
  "onCall.services": "?at=2026-11-21T12:00:00Z"
}

const isNoun = (noun: string): noun is keyof Ids => (nouns as ReadonlyArray<string>).includes(noun)

/** The address of an endpoint; dies with the endpoint's name when there is no id for one of its parameters. */
export const addressOf = (route: Route, ids: Ids) =>
  Effect.suspend(() => {
    const unknown = route.nouns.find((noun) => !isNoun(noun))
    if (unknown !== undefined) {
      return Effect.die(new Error(`${route.name}: this test has no id for ${unknown} in ${route.path}; give it one`))
    }
    const path = route.nouns.reduce(
      (filled, noun) => isNoun(noun) ? filled.replace(/:\w+/, ids[noun]) : filled,
      route.path
    )
    return Effect.succeed(path + (queries[route.name] ?? ""))
  })

/** The body for an endpoint; dies with the endpoint's name when it takes one and there is none. */
export const bodyOf = (route: Route, ids: Ids) =>
  Effect.suspend(() => {
    const body = bodies[route.name]
    return route.takesBody && body === undefined
      ? Effect.die(new Error(`${route.name}: this test has no body for it; give it one`))
      : Effect.succeed(body?.(ids))
  })

/** An answer without what differs between two things of which the caller may know neither. */
export const anonymous = ({ status, text }: Answer, ids: Ids) => ({
  status,
  text: nouns.reduce((rest, noun) => rest.replaceAll(ids[noun], `<${noun}>`), text)
})

const Named = Schema.Struct({ id: Schema.String })
const first = <A, I>(items: Schema.Codec<A, I>) => Schema.NonEmptyArray(items)

/** Gives a tenant an incident with a delivered page, a key and an override, and tells the ids of all it has. */
const fill = Effect.fnUntraced(function*(tenant: Tenant) {
  const decode = <A, I>(schema: Schema.Codec<A, I>, json: unknown) =>
    Effect.orDie(Schema.decodeUnknownEffect(schema)(json))
  const users = yield* tenant.read("/api/v1/users", Schema.Array(User))
  const user = users.find(({ email }) => email === tenant.person("first"))?.id ?? ""
  const [{ id: teamId }] = yield* tenant.read("/api/v1/teams", first(Team))
  const [{ id: serviceId }] = yield* tenant.read("/api/v1/services", first(Service))
  const [{ id: policyId }] = yield* tenant.read("/api/v1/escalation-policies", first(EscalationPolicy))
  const [{ id: scheduleId }] = yield* tenant.read("/api/v1/schedules", first(Schedule))
  const [{ id: integrationId }] = yield* tenant.read("/api/v1/integrations", first(Integration))

  const { contactMethod } = yield* decode(
    CreatedContactMethod,
    yield* tenant.act("POST", `/api/v1/users/${user}/contact-methods`, {
      kind: "webhook",
      address: `http://127.0.0.1:9/${tenant.slug}`
    })
  )
  const override = yield* decode(
    Named,
    yield* tenant.act("POST", `/api/v1/schedules/${scheduleId}/overrides`, {
      userId: user,
      start: "2029-01-01T00:00:00Z",
      end: "2029-01-02T00:00:00Z"
    })
  )
  const { apiKey } = yield* decode(
    Schema.Struct({ apiKey: Named }),
    yield* tenant.act("POST", "/api/v1/api-keys", { name: `Key of ${tenant.slug}`, scopes: ["incidents:read"] })
  )
  const { endpoint } = yield* decode(
    Schema.Struct({ endpoint: Named }),
    yield* tenant.act("POST", "/api/v1/webhooks", webhook)
  )
  const delivery = yield* decode(Named, yield* tenant.act("POST", `/api/v1/webhooks/${endpoint.id}/test`))
  // So that nothing about it happens by itself any more.
  yield* tenant.act("POST", `/api/v1/webhooks/${endpoint.id}/disable`)
  return {
    users: user,
    "contact-methods": contactMethod.id,
    teams: teamId,
    services: serviceId,
    "escalation-policies": policyId,
    schedules: scheduleId,
    overrides: override.id,
    integrations: integrationId,
    "api-keys": apiKey.id,
    webhooks: endpoint.id,
    deliveries: delivery.id
  }
})

/** An incident that is over with paging, so that nothing about it happens by itself any more. */
const settle = Effect.fnUntraced(function*(tenant: Tenant) {
  yield* Server.use((server) =>
    server.ok("POST", `/in/${tenant.keys.generic}`, { json: { summary: `Alert of ${tenant.slug}` } })
  )
  const [mail] = yield* mailTo(tenant, "first")
  const [incident] = yield* incidentsOf(tenant)
  const id = incident?.id ?? ""
  yield* eventually(
    `the page of ${tenant.slug} is recorded`,
    Effect.all([notificationsOf(tenant, id), timelineOf(tenant, id)]),
    ([notifications, timeline]) =>
      notifications.every(({ status }) => status === "sent") && timeline.some(({ kind }) => kind === "page-delivered")
  )
  yield* tenant.act("POST", `/api/v1/incidents/${id}/acknowledge`)
  yield* eventually(
    `the escalation of ${tenant.slug} stops`,
    Effect.map(incidentsOf(tenant), ([incident]) => incident?.escalation?.state),
    (state) => state === "stopped"
  )
  return { incidents: id, mailbox: mail?.id ?? "" }
})

/** Two tenants on one server. `a` is who asks; `b` is whose things are asked for. */
export class TwoTenants extends Context.Service<TwoTenants, {
  readonly a: Tenant & { readonly ids: Ids }
  readonly b: Tenant & { readonly ids: Ids }
  /** All that B can read, by endpoint. */
  readonly everythingOfB: Effect.Effect<Readonly<Record<string, unknown>>>
  /** What {@link everythingOfB} was before any test. */
  readonly before: Readonly<Record<string, unknown>>
}>()("e2e/TwoTenants") {
  static readonly layer = Layer.effect(
    TwoTenants,
    Effect.gen(function*() {
      const server = yield* Server
      const [a, b] = yield* Effect.forEach(["alpha", "bravo"] as const, (slug) =>
        Effect.gen(function*() {
          const tenant = yield* makeTenant(server, slug)
          const settled = yield* settle(tenant)
          return { ...tenant, ids: { ...(yield* fill(tenant)), ...settled } satisfies Ids }
        }))
      if (a === undefined || b === undefined) return yield* Effect.die("Two tenants were asked for")
      const everythingOfB = Effect.gen(function*() {
        const reads = tenantRoutes.filter(({ method }) => method === "GET")
        const entries = yield* Effect.forEach(reads, (route) =>
          Effect.gen(function*() {
            const { status, text } = yield* server.call("GET", yield* addressOf(route, b.ids), { headers: b.admin })
            return [route.name, `${status} ${text}`] as const
          }))
        return Object.fromEntries(entries)
      })
      return TwoTenants.of({ a, b, everythingOfB, before: yield* everythingOfB })
    })
  )
}
