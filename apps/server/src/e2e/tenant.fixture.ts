/** A tenant with something of every kind in it. Tests only. */
import { Effect, Schema } from "effect"
import type { Credentials, RunningServer } from "./server.fixture.ts"

const Applied = Schema.Struct({
  integrations: Schema.Array(Schema.Struct({ name: Schema.String, key: Schema.String })),
  invitations: Schema.Array(Schema.Struct({ user: Schema.String, url: Schema.String }))
})

export interface TenantOptions {
  /** Seconds until the next level is paged. */
  readonly timeoutSeconds?: number
  readonly repeat?: number
}

/** The set-up document of a tenant: two levels, on a schedule and a person; a door of each kind. */
export const documentOf = (slug: string, { repeat = 0, timeoutSeconds = 86_400 }: TenantOptions = {}) => {
  const person = (name: string) => `${name}@${slug}.example.com`
  return {
    tenant: { slug, name: `The ${slug}`, timeZone: "Europe/Zurich" },
    users: ["admin", "first", "second"].map((name) => ({
      email: person(name),
      name: `${name} of ${slug}`,
      role: name === "admin" ? "admin" : "responder",
      ...(name === "admin" ? {} : { contactMethods: [{ kind: "email", address: person(name) }] })
    })),
    teams: [{ name: `Team ${slug}`, leads: [person("admin")], members: [person("first"), person("second")] }],
    schedules: [{
      name: `Schedule ${slug}`,
      timeZone: "Europe/Zurich",
      layers: [{
        name: "Weekly",
        rotation: { unit: "week", every: 1, start: "2026-01-05T09:00" },
        users: [person("first")]
      }]
    }],
    escalationPolicies: [{
      name: `Policy ${slug}`,
      steps: [
        { targets: [{ schedule: `Schedule ${slug}` }], timeoutSeconds },
        { targets: [{ user: person("second") }], timeoutSeconds }
      ],
      repeat
    }],
    services: [{
      name: `Service ${slug}`,
      description: "",
      team: `Team ${slug}`,
      routingKey: `service-${slug}`,
      escalationPolicy: `Policy ${slug}`
    }],
    integrations: ["generic", "alertmanager", "pagerduty", "opsgenie"].map((kind) => ({
      name: `${kind} of ${slug}`,
      kind,
      service: `Service ${slug}`
    }))
  }
}

/** What an admin does by a session, on one process of the server: sessions outlive it. */
export const actingOn = (server: RunningServer, admin: Credentials) => ({
  read: <A, I>(path: string, schema: Schema.Codec<A, I>) =>
    server.ok("GET", path, { headers: admin }).pipe(
      Effect.flatMap(({ json }) => Schema.decodeUnknownEffect(schema)(json)),
      Effect.orDie
    ),
  act: (method: string, path: string, json?: unknown) =>
    Effect.map(server.ok(method, path, { headers: admin, json }), (answer) => answer.json)
})

/** Makes a tenant and signs its admin in. */
export const makeTenant = Effect.fnUntraced(function*(server: RunningServer, slug: string, options?: TenantOptions) {
  const applied = yield* server.apply(documentOf(slug, options)).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Applied)),
    Effect.orDie
  )
  const invitation = applied.invitations.find(({ user }) => user.startsWith("admin@"))
  const admin = yield* server.redeem(invitation?.url ?? "")
  const key = (kind: string) => applied.integrations.find(({ name }) => name.startsWith(kind))?.key ?? ""
  return {
    slug,
    /** The admin's session. */
    admin,
    person: (name: "admin" | "first" | "second") => `${name}@${slug}.example.com`,
    keys: {
      generic: key("generic"),
      alertmanager: key("alertmanager"),
      pagerduty: key("pagerduty"),
      opsgenie: key("opsgenie")
    },
    ...actingOn(server, admin)
  }
})

export type Tenant = Effect.Success<ReturnType<typeof makeTenant>>
