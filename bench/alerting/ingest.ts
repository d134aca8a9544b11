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

interface Loads {
  readonly closed: Load
  readonly open: Load
}

interface Door {
  readonly name: string
  readonly url: string
  readonly body: (name: string) => string
}

const closedLoop = Effect.fnUntraced(function*({ body, name, url }: Door, scale: Scale) {
  const one = (phase: string, seconds: number) =>
    saturate({
      name: `${name}, ${senders} senders, ${phase}`,
      url,
      senders,
      lasting: Duration.seconds(seconds),
      body: (index) => body(`${phase}-${index}`)
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

const oursClosed = Effect.fnUntraced(function*(scale: Scale) {
  const { arrivals } = yield* MailSink
  const { accepted, load } = yield* closedLoop(yield* innkeeper, scale)
  const paged = arrivals.length / (scale.ingestSeconds + scale.warmUpSeconds)
  const stored = yield* storedAlerts
  if (stored !== accepted) return yield* new WrongCount({ accepted, stored })
  return { load, paged }
})

/**
 * Distinct alerts, one in each request, against a fresh server each time. With Innkeeper each is committed, opens an
 * incident, and is escalated and mailed meanwhile; Alertmanager keeps them in memory and tells nobody.
 */
export const ingest = Effect.fnUntraced(function*(scale: Scale) {
  yield* Console.log("Ingest: Innkeeper")
  const { load: closed, paged } = yield* freshly(oursClosed(scale), innkeeperWithMail)
  const open = yield* freshly(Effect.flatMap(innkeeper, (door) => openLoop(door, scale)), innkeeperWithMail)
  yield* Console.log("Ingest: Alertmanager")
  const peer = {
    closed: (yield* freshly(Effect.flatMap(alertmanager, (door) => closedLoop(door, scale)), Alertmanager.layer)).load,
    open: yield* freshly(Effect.flatMap(alertmanager, (door) => openLoop(door, scale)), Alertmanager.layer)
  }
  return rows({ closed, open }, peer, paged)
})

const rows = (ours: Loads, peer: Loads, paged: number): ReadonlyArray<Row> => [
  {
    measure: `Ingest, ${senders} senders: alerts accepted`,
    ours: perSecond(ours.closed.perSecond),
    peer: perSecond(peer.closed.perSecond),
    ratio: ours.closed.perSecond / peer.closed.perSecond,
    aim: "ratio ≥ 0.5"
  },
  {
    measure: `Ingest, ${senders} senders: answer time, p50`,
    ours: milliseconds(ours.closed.p50),
    peer: milliseconds(peer.closed.p50),
    ratio: ours.closed.p50 / peer.closed.p50
  },
  {
    measure: `Ingest, ${senders} senders: answer time, p99`,
    ours: milliseconds(ours.closed.p99),
    peer: milliseconds(peer.closed.p99),
    ratio: ours.closed.p99 / peer.closed.p99
  },
  { measure: `Ingest, ${senders} senders: pages handed over meanwhile`, ours: perSecond(paged) },
  {
    measure: `Ingest at ${steadyRate}/s: answer time, p50`,
    ours: milliseconds(ours.open.p50),
    peer: milliseconds(peer.open.p50),
    ratio: ours.open.p50 / peer.open.p50
  },
  {
    measure: `Ingest at ${steadyRate}/s: answer time, p99`,
    ours: milliseconds(ours.open.p99),
    peer: milliseconds(peer.open.p99),
    ratio: ours.open.p99 / peer.open.p99
  }
]
