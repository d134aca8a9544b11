import { Console, Duration, Effect, Schema } from "effect"
import { freshly } from "../lib/freshly.ts"
import { type Load, saturate, steady } from "../lib/load.ts"
import { milliseconds, perSecond, type Row } from "../lib/table.ts"
import { Alertmanager } from "./Alertmanager.ts"
import { alertmanagerBody, innkeeperBody } from "./bodies.ts"
import { Innkeeper, innkeeperWithMail } from "./Innkeeper.ts"
import { MailSink } from "./MailSink.ts"
import { storedAlerts } from "./MeasuredStore.ts"
import { type Scale, senders, steadyRate } from "./Scale.ts"

/** Alerts were answered with 202 that are not in the database, or the other way round. */
export class WrongCount extends Schema.TaggedError<WrongCount>()("WrongCount", {
  accepted: Schema.Int,
  stored: Schema.Int
}) {
  override get message() {
    return `${this.accepted} alerts were accepted and ${this.stored} are stored.`
  }
}

/** Distinct alerts are an incident each; further ones belong to incidents that are open, one of each sender. */
type Kind = "distinct" | "further"

interface Door {
  readonly name: string
  readonly url: string
  readonly body: (name: string) => string
}

const innkeeper = Effect.map(Innkeeper, ({ alertUrl }): Door => ({
  name: "Innkeeper",
  url: alertUrl,
  body: (name) => innkeeperBody(name)
}))

const alertmanager = Effect.map(Alertmanager, ({ alertUrl }): Door => ({
  name: "Alertmanager",
  url: alertUrl,
  body: alertmanagerBody
}))

const closedLoop = Effect.fnUntraced(function*({ body, name, url }: Door, scale: Scale, kind: Kind) {
  const one = (phase: string, seconds: number) =>
    saturate({
      name: `${name}, ${senders} senders, ${kind} alerts, ${phase}`,
      url,
      senders,
      lasting: Duration.seconds(seconds),
      body: (index) => body(kind === "distinct" ? `${phase}-${index}` : `open-${index % senders}`)
    })
  const warmUp = yield* one("warm-up", scale.warmUpSeconds)
  const load = yield* one("measured", scale.ingestSeconds)
  return { load, accepted: warmUp.count + load.count }
})

const openLoop = Effect.fnUntraced(function*({ body, name, url }: Door, scale: Scale) {
  const one = (phase: string, seconds: number) =>
    steady({
      name: `${name}, ${steadyRate}/s, ${phase}`,
      url,
      perSecond: steadyRate,
      lasting: Duration.seconds(seconds),
      body: (index) => body(`${phase}-${index}`)
    })
  yield* one("warm-up", scale.warmUpSeconds)
  return yield* one("measured", scale.ingestSeconds)
})

/** What was answered with 202 is stored, every time. */
const oursClosed = Effect.fnUntraced(function*(scale: Scale, kind: Kind) {
  const { arrivals } = yield* MailSink
  const { accepted, load } = yield* closedLoop(yield* innkeeper, scale, kind)
  const paged = arrivals.length / (scale.ingestSeconds + scale.warmUpSeconds)
  const stored = yield* storedAlerts
  if (stored !== accepted) return yield* new WrongCount({ accepted, stored })
  return { load, paged }
})

/**
 * One alert in each request, against a fresh server each time. Innkeeper commits each alert before it answers, and
 * escalates and mails distinct ones meanwhile; Alertmanager keeps them in memory and tells nobody.
 */
export const ingest = Effect.fnUntraced(function*(scale: Scale) {
  const ours = <A, E, R>(effect: Effect.Effect<A, E, R>) => freshly(effect, innkeeperWithMail)
  const theirs = <A, E, R>(measure: (door: Door) => Effect.Effect<A, E, R>) =>
    freshly(Effect.flatMap(alertmanager, measure), Alertmanager.layer)

  yield* Console.log("Ingest: Innkeeper")
  const distinct = yield* ours(oursClosed(scale, "distinct"))
  const further = yield* ours(oursClosed(scale, "further"))
  const open = yield* ours(Effect.flatMap(innkeeper, (door) => openLoop(door, scale)))
  yield* Console.log("Ingest: Alertmanager")
  const peerDistinct = yield* theirs((door) => closedLoop(door, scale, "distinct"))
  const peerFurther = yield* theirs((door) => closedLoop(door, scale, "further"))
  const peerOpen = yield* theirs((door) => openLoop(door, scale))

  return [
    ...closedRows(`Ingest, ${senders} senders, distinct alerts`, distinct.load, peerDistinct.load, "ratio ≥ 0.5"),
    { measure: `Ingest, ${senders} senders, distinct alerts: pages meanwhile`, ours: perSecond(distinct.paged) },
    ...closedRows(`Ingest, ${senders} senders, alerts of open incidents`, further.load, peerFurther.load),
    ...timeRows(`Ingest at ${steadyRate}/s, distinct alerts`, open, peerOpen)
  ]
})

const closedRows = (label: string, ours: Load, peer: Load, aim?: string): ReadonlyArray<Row> => [
  {
    measure: `${label}: accepted`,
    ours: perSecond(ours.perSecond),
    peer: perSecond(peer.perSecond),
    ratio: ours.perSecond / peer.perSecond,
    ...(aim !== undefined && { aim })
  },
  ...timeRows(label, ours, peer)
]

const timeRows = (label: string, ours: Load, peer: Load): ReadonlyArray<Row> =>
  (["p50", "p99"] as const).map((quantile) => ({
    measure: `${label}: answer time, ${quantile}`,
    ours: milliseconds(ours[quantile]),
    peer: milliseconds(peer[quantile]),
    ratio: ours[quantile] / peer[quantile]
  }))
