/** On-call as a whole on a database of its own: services, workers, real mail and webhook servers. Tests only. */
import { asTenant } from "@innkeeper/database"
import {
  Mailer,
  migrations as platformMigrations,
  platformServices,
  smtpTransport,
  Tenants,
  Users
} from "@innkeeper/platform"
import { Actor } from "@innkeeper/platform/api"
import { clusterLayer, Jobs, migrations as runtimeMigrations, Outbox, OutboxSignal } from "@innkeeper/runtime"
import { HttpSink, SmtpSink, TestDatabase, tick } from "@innkeeper/testkit"
import { Clock, Duration, Effect, Layer, Option, Redacted, Schema } from "effect"
import { RateLimiter } from "effect/persistence"
import { TestClock } from "effect/testing"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { InboundAlert } from "./alert/Alert.ts"
import { Alerts } from "./alert/Alerts.ts"
import type { Arrival } from "./alert/Ingest.ts"
import { EscalationConsumerLive } from "./escalation/EscalationConsumer.ts"
import { EscalationPolicies } from "./escalation/EscalationPolicies.ts"
import { EscalationStepsLive } from "./escalation/EscalationSteps.ts"
import { Pager } from "./escalation/Pager.ts"
import type { IncidentId } from "./incident/Incident.ts"
import { Incidents } from "./incident/Incidents.ts"
import { migrations } from "./Migrations.ts"
import type { Channels } from "./notification/Channels.ts"
import { Deliveries } from "./notification/Deliveries.ts"
import { NotifierLive } from "./notification/NotifierEntity.ts"
import { oncallServices } from "./OncallServices.ts"
import { oncallWorkers } from "./OncallWorkers.ts"
import { Schedules } from "./schedule/Schedules.ts"
import { sealedColumns } from "./sealedColumns.ts"
import type { ServiceId } from "./service/Service.ts"
import { Services } from "./service/Services.ts"
import { SetupDocument } from "./setup/SetupDocument.ts"
import { Setups } from "./setup/Setups.ts"

export const publicUrl = "https://innkeeper.example.com"

const mailer = Mailer.layer({ from: "Innkeeper <bell@example.com>" }).pipe(
  Layer.provide(Layer.unwrap(Effect.map(SmtpSink, ({ url }) => smtpTransport({ url: Redacted.make(url) }))))
)

/** The test clock begins at the real time, which the database knows, too. */
const presentTime = Layer.effectDiscard(
  Effect.flatMap(TestClock.withLive(Clock.currentTimeMillis), TestClock.setTime)
)

/** Connections to the database are opened in real time: a step of the test's clock must not time them out. */
export const realClock = Layer.succeed(Clock.Clock, Clock.Clock.defaultValue())

/** What two servers of one installation share. */
export const groundLayer = Layer.mergeAll(
  presentTime,
  SmtpSink.layer,
  HttpSink.layer,
  TestDatabase.layer([runtimeMigrations, platformMigrations, migrations]).pipe(Layer.provide(realClock))
)

/** Every use case of one server that sends mail by `mail`. */
export const useCasesWith = <R>(
  mail: Layer.Layer<Mailer, never, R>,
  secret = "a secret of at least thirty-two characters"
) =>
  oncallServices({ publicUrl }).pipe(
    Layer.provideMerge(platformServices({
      publicUrl,
      secret: Redacted.make(secret),
      allowInside: true,
      archiveFolder: join(tmpdir(), `innkeeper-archives-${process.pid}`),
      sealedColumns,
      moves: { closing: 0, settling: "300 millis" }
    })),
    Layer.provideMerge(Layer.mergeAll(
      mail,
      Outbox.layer,
      Jobs.layer,
      RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))
    ))
  )

/** A server with a secret and a database of its own, which sends mail to the sink that it shares with others. */
export const placeLayer = (secret: string) =>
  useCasesWith(mailer, secret).pipe(
    Layer.provideMerge(TestDatabase.layer([runtimeMigrations, platformMigrations, migrations])),
    Layer.fresh
  )

/** Every use case of one server. */
export const useCasesLayer = useCasesWith(mailer)

/** What one server does on its own. */
export const workersLayer = oncallWorkers({ publicUrl }).pipe(
  Layer.provideMerge(clusterLayer({ kind: "embedded" })),
  Layer.provideMerge(OutboxSignal.layer)
)

/** What a server does to page people, by the providers that `channels` stand for. */
export const pagingWith = (channels: Layer.Layer<Channels>) =>
  Layer.merge(
    Layer.merge(EscalationConsumerLive, EscalationStepsLive).pipe(Layer.provide(Pager.layer)),
    NotifierLive.pipe(Layer.provide(Deliveries.layer), Layer.provide(channels))
  ).pipe(Layer.provideMerge(clusterLayer({ kind: "embedded" })), Layer.provideMerge(OutboxSignal.layer))

/** A server that takes alerts and pages nobody. */
export const servicesLayer = Layer.provideMerge(useCasesLayer, groundLayer)

/** A whole server. */
export const oncallLayer = Layer.provideMerge(workersLayer, servicesLayer)

/**
 * Lets time pass in steps until what `look` sees is what the test waits for. Steps are short while mail is on its way, so
 * that the real servers answer before the time-outs of the test's clock.
 */
export const eventually = Effect.fnUntraced(function*<A, E, R>(
  look: Effect.Effect<A, E, R>,
  holds: (seen: A) => boolean,
  step: Duration.Input = "50 millis"
) {
  let seen = yield* look
  for (let steps = 0; !holds(seen) && steps < 4000; steps++) {
    yield* tick(step)
    seen = yield* look
  }
  return holds(seen)
    ? seen
    : yield* Effect.die(new Error(`Waited in vain; last seen: ${JSON.stringify(seen, null, 1)}`))
})

/** Lets `duration` pass by steps. */
export const pass = (duration: Duration.Input, step: Duration.Input) =>
  Effect.repeat(tick(step), {
    times: Math.ceil(
      Duration.toMillis(Duration.fromInputUnsafe(duration)) / Duration.toMillis(Duration.fromInputUnsafe(step))
    )
  })

const decodeDocument = Schema.decodeUnknownSync(SetupDocument)

/** The parts of a tenant's document that a test states itself. */
export type SceneParts = Partial<Omit<typeof SetupDocument.Encoded, "tenant">>

/**
 * A tenant with one service. Ada and Ben can be paged by mail, Cleo cannot be paged. The schedule `Nobody` has a gap without
 * end. `steps` is the policy of the service; by default Ada is paged, then Ben.
 */
export const makeScene = Effect.fn("makeScene")(function*(slug: string, parts: SceneParts = {}) {
  const document = decodeDocument({
    tenant: { slug, name: "Meridian" },
    users: [
      { email: "ada@example.com", name: "Ada", role: "admin", contactMethods: [mailTo("ada")] },
      { email: "ben@example.com", name: "Ben", role: "responder", contactMethods: [mailTo("ben")] },
      { email: "cleo@example.com", name: "Cleo", role: "responder", contactMethods: [] }
    ],
    teams: [{ name: "Platform", members: ["ada@example.com"] }],
    schedules: [{ name: "Nobody", timeZone: "UTC", layers: [] }],
    escalationPolicies: [{
      name: "Default",
      steps: [
        { targets: [{ user: "ada@example.com" }], timeoutSeconds: 60 },
        { targets: [{ user: "ben@example.com" }], timeoutSeconds: 120 }
      ]
    }],
    services: servicesNamed("Booking"),
    integrations: [{ name: "Door", kind: "generic", service: "Booking" }],
    ...parts
  })
  const { integrations, webhookSecrets } = yield* (yield* Setups).apply(document)
  const tenant = Option.getOrThrow(yield* (yield* Tenants).bySlug(document.tenant.slug))
  const as = asTenant(tenant.id)
  const byName = <A extends { readonly name: string }>(all: ReadonlyArray<A>) => (name: string): A => {
    const found = all.find((each) => each.name === name)
    if (found === undefined) throw new Error(`The scene has no ${name}`)
    return found
  }
  const policies = yield* EscalationPolicies
  const people = byName(yield* as((yield* Users).list))
  return {
    tenantId: tenant.id,
    document,
    as,
    key: integrations[0]!.key,
    webhookSecrets,
    person: people,
    actor: (name: string) => new Actor({ kind: "user", id: people(name).id, name }),
    service: byName(yield* as((yield* Services).list)),
    schedule: byName(yield* as((yield* Schedules).list)),
    policy: byName(yield* as(policies.list))
  }
})
export type Scene = Effect.Success<ReturnType<typeof makeScene>>

/** Services of the scene's team and policy, whose names in lower case are their routing keys. */
export const servicesNamed = (...names: ReadonlyArray<string>) =>
  names.map((name) => ({ name, team: "Platform", routingKey: name.toLowerCase(), escalationPolicy: "Default" }))

const mailTo = (name: string) => ({ kind: "email" as const, address: `${name}@example.com` })

/** An alert as a receiver hands it on. */
export const arrival = (
  serviceId: ServiceId,
  parts: Partial<InboundAlert> = {}
): Arrival => ({
  integrationId: null,
  actor: new Actor({ kind: "integration", id: null, name: "Door" }),
  serviceId,
  alert: new InboundAlert({
    action: "trigger",
    dedupKey: "disk",
    summary: "Disk full",
    priority: "high",
    source: "db-1",
    routingKey: null,
    details: null,
    labels: {},
    links: [],
    startsAt: null,
    payload: {},
    ...parts
  })
})

/** Sends one alert to the scene's service. */
export const send = Effect.fn("send")(function*(scene: Scene, parts: Partial<InboundAlert> = {}) {
  const [outcome] = yield* (yield* Alerts).accept(scene.tenantId, [arrival(scene.service("Booking").id, parts)])
  return outcome ?? null
})

/** Opens an incident of the scene's service. */
export const trigger = Effect.fn("trigger")(function*(scene: Scene, parts: Partial<InboundAlert> = {}) {
  const id = yield* send(scene, parts)
  return id ?? (yield* Effect.die(new Error("The alert opened no incident")))
})

/** Opens so many incidents at once, each by an alert of its own. */
export const triggerMany = (scene: Scene, count: number) =>
  Effect.forEach(
    Array.from({ length: count }, (_, index) => `${index}`),
    (dedupKey) => trigger(scene, { dedupKey }),
    { concurrency: "unbounded" }
  )

/** What tests look at, on behalf of the scene's tenant. */
export const looking = (scene: Scene, id: IncidentId) => ({
  incident: scene.as(Effect.flatMap(Incidents, (incidents) => incidents.get(id))),
  timeline: scene.as(Effect.flatMap(Incidents, (incidents) => incidents.timeline(id))),
  pages: scene.as(Effect.flatMap(Incidents, (incidents) => incidents.notifications(id)))
})

/** Waits until `count` pages of an incident are out. */
export const delivered = Effect.fnUntraced(function*(scene: Scene, id: IncidentId, count: number) {
  const { pages } = looking(scene, id)
  yield* eventually(pages, (all) => all.length >= count, "1 second")
  return yield* eventually(pages, (all) => all.filter(({ status }) => status === "sent").length >= count)
})

/** A tenant whose acknowledgements end after a minute, with an incident of which one page is out. */
export const makeExpiring = Effect.fnUntraced(function*(slug: string) {
  const scene = yield* makeScene(slug, {
    escalationPolicies: [{
      name: "Default",
      steps: [{ targets: [{ user: "ada@example.com" }], timeoutSeconds: 600 }],
      acknowledgementTimeoutSeconds: 60
    }]
  })
  const id = yield* trigger(scene)
  yield* delivered(scene, id, 1)
  return { scene, id }
})
