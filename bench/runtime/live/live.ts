import { Effect } from "effect"
import { milliseconds, type Row } from "../../lib/table.ts"
import { compare } from "../compare.ts"
import type { Scale } from "../Scale.ts"
import { rooms, type SocketsMeasured, SocketsMeasured as Measured } from "./Sockets.ts"

const programs = {
  Innkeeper: import.meta.resolve("./innkeeper.ts"),
  "Socket.IO": import.meta.resolve("./socketIo.ts")
}

type Told = SocketsMeasured["spread"]

/** From an event on one pod to the browsers of another. */
export const live = Effect.fnUntraced(function*(scale: Scale) {
  const { Innkeeper, "Socket.IO": peer } = yield* compare({
    programs,
    measure: "live",
    result: Measured,
    scale,
    badness: ({ all, spread }) => all.p99 + spread.p99
  })
  const rows = (measure: string, ours: Told, theirs: Told): ReadonlyArray<Row> => [
    {
      measure: `${measure}: p50`,
      ours: milliseconds(ours.p50),
      peer: `Socket.IO ${milliseconds(theirs.p50)}`,
      ratio: ours.p50 / theirs.p50
    },
    {
      measure: `${measure}: p99`,
      ours: milliseconds(ours.p99),
      peer: `Socket.IO ${milliseconds(theirs.p99)}`,
      ratio: ours.p99 / theirs.p99,
      aim: "≤ 100 ms"
    },
    { measure: `${measure}: told`, ours: told(ours), peer: `Socket.IO ${told(theirs)}` },
    { measure: `${measure}: processor and memory of a socket`, ours: of(ours), peer: `Socket.IO ${of(theirs)}` }
  ]
  return [
    ...rows(
      `Event to a tenth of ${scale.sockets} browsers of another pod, 10/s, ${rooms} tenants`,
      Innkeeper.spread,
      peer.spread
    ),
    ...rows(`Event to all of ${scale.sockets} browsers of another pod, 1/s`, Innkeeper.all, peer.all)
  ]
})

const told = ({ count, expected }: Told) => `${count} of ${expected}`

const of = ({ bytesOfSocket, millisOfOpen = Number.NaN, millisOfTold = Number.NaN }: Told) =>
  `${millisOfOpen.toFixed(1)} ms to open, ${millisOfTold.toFixed(2)} ms when told, ${
    (bytesOfSocket / 1024).toFixed(0)
  } KiB`
