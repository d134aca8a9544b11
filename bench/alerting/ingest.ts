import { Console, Duration, Effect, Schema } from "effect"
import { freshly } from "../lib/freshly.ts"
import { type Load, saturate, steady } from "../lib/load.ts"
import { milliseconds, perSecond, type Row } from "../lib/table.ts"
import { Alertmanager } from "./Alertmanager.ts"
import { alertmanagerBatch, alertmanagerBody, innkeeperBatch, innkeeperBody } from "./bodies.ts"
import { Innkeeper, innkeeperWithMail } from "./Innkeeper.ts"
import { MailSink } from "./MailSink.ts"
import { storedAlerts } from "./MeasuredStore.ts"
import { batchSize, type Scale, senders, steadyRate } from "./Scale.ts"

/** A program accepted alerts that it does not have, or has others: the rate then means nothing. */
export class WrongCount extends Schema.TaggedError<WrongCount>()("WrongCount", {
  program: Schema.String,
  accepted: Schema.Int,
  stored: Schema.Int
}) {
  override get message() {
    return `${this.program} accepted ${this.accepted} alerts and has ${this.stored}.`
  }
}

/**
 * Distinct alerts are an incident each; further ones belong to incidents that are open, one of each sender. Batched ones are
 * distinct and come 64 in a request.
 */
type Kind = "distinct" | "further" | "batched"

interface Door {
  readonly name: string
  readonly url: string
  readonly body: (name: string) => string
  /** Where several alerts are posted to in one request. */
  readonly batchUrl: string
  readonly batch: (names: ReadonlyArray<string>) => string
}

const sizeOf = (kind: Kind) => kind === "batched" ? batchSize : 1

const innkeeper = Effect.map(Innkeeper, ({ alertUrl }): Door => ({
  name: "Innkeeper",
  url: alertUrl,
  body: (name) => innkeeperBody(name),
  batchUrl: `${alertUrl}/alertmanager`,
  batch: innkeeperBatch
}))

const alertmanager = Effect.map(Alertmanager, ({ alertUrl }): Door => ({
  name: "Alertmanager",
  url: alertUrl,
  body: alertmanagerBody,
  batchUrl: alertUrl,
  batch: alertmanagerBatch
}))

const bodyOf = ({ batch, body }: Door, kind: Kind, phase: string) => (index: number) => {
  if (kind === "further") return body(`open-${index % senders}`)
  if (kind === "distinct") return body(`${phase}-${index}`)
  return batch(Array.from({ length: batchSize }, (_, place) => `${phase}-${index}-${place}`))
}

const closedLoop = Effect.fnUntraced(function*(door: Door, scale: Scale, kind: Kind) {
  const one = (phase: string, seconds: number) =>
    saturate({
      name: `${door.name}, ${senders} senders, ${kind} alerts, ${phase}`,
      url: kind === "batched" ? door.batchUrl : door.url,
      senders,
      lasting: Duration.seconds(seconds),
      body: bodyOf(door, kind, phase)
    })
  const warmUp = yield* one("warm-up", scale.warmUpSeconds)
  const load = yield* one("measured", scale.ingestSeconds)
  const size = sizeOf(kind)
  return {
    load: { ...load, perSecond: load.perSecond * size },
    accepted: (warmUp.count + load.count) * size
  }
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

/** Mails that have come until now, by second of the load. */
const paging = (scale: Scale) =>
  Effect.map(MailSink, ({ arrivals }) => arrivals.length / (scale.ingestSeconds + scale.warmUpSeconds))

const innkeeperClosed = Effect.fnUntraced(function*(scale: Scale, kind: Kind) {
  const door = yield* innkeeper
  const { accepted, load } = yield* closedLoop(door, scale, kind)
  const paged = yield* paging(scale)
  const stored = yield* storedAlerts
  if (stored !== accepted) return yield* new WrongCount({ program: door.name, accepted, stored })
  return { load, paged }
})

const alertmanagerClosed = Effect.fnUntraced(function*(scale: Scale, kind: Kind) {
  const { received } = yield* Alertmanager
  const door = yield* alertmanager
  const { accepted, load } = yield* closedLoop(door, scale, kind)
  const stored = yield* received
  if (stored !== accepted) return yield* new WrongCount({ program: door.name, accepted, stored })
  return { load }
})

/** The same for one that mails each alert, with the mails that came meanwhile. */
const alertmanagerMailing = Effect.fnUntraced(function*(scale: Scale) {
  const { load } = yield* alertmanagerClosed(scale, "distinct")
  return { load, paged: yield* paging(scale) }
})

/** The programs take turns, so that what else the machine does meets all. */
const inTurns = <A, E, R>(scale: Scale, turn: Effect.Effect<A, E, R>) =>
  Effect.forEach(Array.from({ length: scale.rounds }), () => turn)

const besideSilent = Effect.fnUntraced(function*(scale: Scale, kind: Kind) {
  const ours = yield* freshly(innkeeperClosed(scale, kind), innkeeperWithMail)
  const peer = yield* freshly(alertmanagerClosed(scale, kind), Alertmanager.silent)
  return { ours: ours.load, peer: peer.load, paged: ours.paged }
})

const besideBoth = Effect.fnUntraced(function*(scale: Scale) {
  const turn = yield* besideSilent(scale, "distinct")
  const mailing = yield* freshly(alertmanagerMailing(scale), Alertmanager.mailing)
  return { ...turn, mailing }
})

/**
 * One alert in each request, or 64, against a fresh server each time. Innkeeper commits each alert before it answers, and
 * escalates and mails distinct ones meanwhile; Alertmanager keeps them in memory and tells nobody, or mails each of them too.
 */
export const ingest = Effect.fnUntraced(function*(scale: Scale) {
  yield* Console.log("Ingest: Innkeeper and Alertmanager in turns")
  const distinct = yield* inTurns(scale, besideBoth(scale))
  const further = yield* inTurns(scale, besideSilent(scale, "further"))
  const batched = yield* inTurns(scale, besideSilent(scale, "batched"))
  const open = yield* freshly(Effect.flatMap(innkeeper, (door) => openLoop(door, scale)), innkeeperWithMail)
  const peerOpen = yield* freshly(Effect.flatMap(alertmanager, (door) => openLoop(door, scale)), Alertmanager.silent)
  return [
    ...closedRows(`Ingest, ${senders} senders, distinct alerts`, distinct, "ratio ≥ 0.5"),
    ...closedRows(
      `Ingest, ${senders} senders, distinct alerts, beside one that mails each`,
      distinct.map(({ mailing, ours }) => ({ ours, peer: mailing.load }))
    ),
    {
      measure: `Ingest, ${senders} senders, distinct alerts: pages meanwhile`,
      ours: spread(distinct.map(({ paged }) => paged)),
      peer: spread(distinct.map(({ mailing }) => mailing.paged))
    },
    ...closedRows(`Ingest, ${senders} senders, alerts of open incidents`, further),
    ...closedRows(`Ingest, ${senders} senders, distinct alerts, ${batchSize} in a request`, batched),
    {
      measure: `Ingest, ${senders} senders, distinct alerts, ${batchSize} in a request: pages meanwhile`,
      ours: spread(batched.map(({ paged }) => paged))
    },
    ...timeRows(`Ingest at ${steadyRate}/s, distinct alerts`, open, peerOpen)
  ]
})

interface Turn {
  readonly ours: Load
  readonly peer: Load
}

/** The round in the middle, by `by`. */
const middle = <A>(rounds: ReadonlyArray<A>, by: (round: A) => number): A =>
  rounds.toSorted((a, b) => by(a) - by(b))[Math.floor(rounds.length / 2)]!

const spread = (rates: ReadonlyArray<number>) => {
  const median = perSecond(middle(rates, (rate) => rate))
  return rates.length === 1 ? median : `${median} (${Math.round(Math.min(...rates))}–${Math.round(Math.max(...rates))})`
}

const closedRows = (label: string, turns: ReadonlyArray<Turn>, aim?: string): ReadonlyArray<Row> => {
  const rate = ({ perSecond }: Load) => perSecond
  const ours = middle(turns.map((turn) => turn.ours), rate)
  const peer = middle(turns.map((turn) => turn.peer), rate)
  return [
    {
      measure: `${label}: accepted`,
      ours: spread(turns.map((turn) => rate(turn.ours))),
      peer: spread(turns.map((turn) => rate(turn.peer))),
      ratio: ours.perSecond / peer.perSecond,
      ...(aim !== undefined && { aim })
    },
    ...timeRows(label, ours, peer)
  ]
}

const timeRows = (label: string, ours: Load, peer: Load): ReadonlyArray<Row> =>
  (["p50", "p99"] as const).map((quantile) => ({
    measure: `${label}: answer time, ${quantile}`,
    ours: milliseconds(ours[quantile]),
    peer: milliseconds(peer[quantile]),
    ratio: ours[quantile] / peer[quantile]
  }))
