import { Console, Duration, Effect } from "effect"
import { distributionOf } from "../lib/distribution.ts"
import { freshly } from "../lib/freshly.ts"
import { steady } from "../lib/load.ts"
import { type Row, times } from "../lib/table.ts"
import { innkeeperBody, nameOf } from "./bodies.ts"
import { Innkeeper, innkeeperWithMail } from "./Innkeeper.ts"
import { MailSink } from "./MailSink.ts"
import { awaitPages, oneEach } from "./pages.ts"
import { type Scale, steadyRate } from "./Scale.ts"

/** A steady rate of distinct incidents: how long until the mail server has each page, and that it has each once. */
export const paging = Effect.fnUntraced(function*(scale: Scale) {
  yield* Console.log("Paging: Innkeeper")
  return yield* freshly(measure(scale), innkeeperWithMail)
})

const measure = Effect.fnUntraced(function*(scale: Scale) {
  const { alertUrl } = yield* Innkeeper
  const { arrivals } = yield* MailSink
  const moments = new Map<string, { readonly sent: number; readonly answered: number }>()
  const load = (phase: string, seconds: number) => {
    const name = (index: number) => `${phase}-${index}`
    return steady({
      name: `Innkeeper, ${steadyRate}/s, ${phase}`,
      url: alertUrl,
      perSecond: steadyRate,
      lasting: Duration.seconds(seconds),
      body: (index) => innkeeperBody(name(index)),
      onAnswer: (index, sent, answered) => moments.set(name(index), { sent, answered })
    })
  }
  yield* load("warm-up", scale.warmUpSeconds)
  yield* awaitPages("Innkeeper, warm-up", arrivals, moments.size)
  const warmUp = moments.size
  yield* load("measured", scale.pagingSeconds)
  yield* awaitPages("Innkeeper", arrivals, moments.size)

  const mails = yield* oneEach(arrivals, ({ subject }) => nameOf(subject), [...moments.keys()])
  const measured = [...moments].slice(warmUp)
  const since = (moment: "sent" | "answered") =>
    distributionOf(measured.map(([name, moments]) => mails.get(name)!.at - moments[moment]))
  return [
    {
      measure: `Paging at ${steadyRate}/s: from the 202 to the mail server`,
      ours: times(since("answered")),
      aim: "p99 < 250 ms"
    },
    { measure: `Paging at ${steadyRate}/s: from sending to the mail server`, ours: times(since("sent")) },
    {
      measure: `Paging at ${steadyRate}/s: pages`,
      ours: `${measured.length} sent, 0 lost, 0 doubled`,
      aim: "none lost, none doubled"
    }
  ] satisfies ReadonlyArray<Row>
})
