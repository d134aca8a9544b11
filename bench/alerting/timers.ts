import { Console, Duration, Effect } from "effect"
import { distributionOf } from "../lib/distribution.ts"
import { freshly } from "../lib/freshly.ts"
import { saturate, steady } from "../lib/load.ts"
import { type Row, times } from "../lib/table.ts"
import { innkeeperBody, levelOf, nameOf } from "./bodies.ts"
import { Innkeeper, innkeeperWithMail } from "./Innkeeper.ts"
import { MailSink } from "./MailSink.ts"
import { secondLevels } from "./MeasuredStore.ts"
import { awaitPages, oneEach } from "./pages.ts"
import { type Scale, senders, steadyRate } from "./Scale.ts"
import { timeoutSeconds } from "./Tenant.ts"

/** How the incidents come, which decides how their timers are spread. */
type Arrival = "spread" | "at once"

/** Incidents that all wait for their second level: how late it is paged. */
export const timers = Effect.fnUntraced(function*(scale: Scale) {
  yield* Console.log("Timers: Innkeeper")
  const spread = yield* freshly(measure(scale, "spread"), innkeeperWithMail)
  const atOnce = yield* freshly(measure(scale, "at once"), innkeeperWithMail)
  return [...spread, ...atOnce]
})

const measure = Effect.fnUntraced(function*(scale: Scale, arrival: Arrival) {
  const { alertUrl } = yield* Innkeeper
  const { arrivals } = yield* MailSink
  const names = Array.from({ length: scale.waiting }, (_, index) => `waiting-${index}`)
  const target = {
    name: `Innkeeper, incidents that come ${arrival}`,
    url: alertUrl,
    body: (index: number) => innkeeperBody(names[index]!, "two-levels")
  }
  yield* arrival === "spread"
    ? steady({ ...target, perSecond: steadyRate, lasting: Duration.seconds(scale.waiting / steadyRate) })
    : saturate({ ...target, senders, requests: scale.waiting })
  yield* awaitPages("Innkeeper, levels 1 and 2", arrivals, 2 * scale.waiting)

  const mails = yield* oneEach(
    arrivals,
    ({ subject, to }) => `${levelOf(to)} ${nameOf(subject)}`,
    names.flatMap((name) => [`1 ${name}`, `2 ${name}`])
  )
  const steps = yield* secondLevels(timeoutSeconds)
  const label = arrival === "spread"
    ? `${scale.waiting} timers of ${timeoutSeconds} s, due ${steadyRate}/s`
    : `${scale.waiting} timers of ${timeoutSeconds} s, due at once`
  return [
    {
      measure: `${label}: lateness of the step`,
      ours: times(distributionOf(steps.map(({ due, taken }) => taken - due))),
      aim: "p99 < 300 ms"
    },
    {
      measure: `${label}: lateness at the mail server`,
      ours: times(distributionOf(steps.map(({ due, name }) => mails.get(`2 ${name}`)!.at - due)))
    }
  ] satisfies ReadonlyArray<Row>
})
