import { Console, Effect } from "effect"
import { freshly } from "../lib/freshly.ts"
import { saturate } from "../lib/load.ts"
import { residentBytes } from "../lib/memory.ts"
import { mebibytes, type Row } from "../lib/table.ts"
import { innkeeperBody } from "./bodies.ts"
import { Innkeeper, innkeeperWithMail } from "./Innkeeper.ts"
import { MailSink } from "./MailSink.ts"
import { databaseBytes, largestTables } from "./MeasuredStore.ts"
import { awaitPages } from "./pages.ts"
import { type Scale, senders } from "./Scale.ts"

/** Memory of the server and size of its database, before and after many alerts. */
export const footprint = Effect.fnUntraced(function*(scale: Scale) {
  yield* Console.log("Footprint: Innkeeper")
  return yield* freshly(measure(scale), innkeeperWithMail)
})

const measure = Effect.fnUntraced(function*({ storedAlerts: requests }: Scale) {
  const { alertUrl, pid } = yield* Innkeeper
  const { arrivals } = yield* MailSink
  const look = Effect.all({ memory: residentBytes(pid), database: databaseBytes })
  const send = (what: string, nameOf: (index: number) => string) =>
    saturate({
      name: `Innkeeper, ${what}`,
      url: alertUrl,
      senders,
      requests,
      body: (index) => innkeeperBody(nameOf(index))
    })

  const before = yield* look
  yield* send("an incident for each alert", (index) => `distinct-${index}`)
  const accepted = yield* look
  yield* awaitPages("Innkeeper", arrivals, requests)
  const paged = { ...yield* look, mails: arrivals.length }
  const tables = yield* largestTables
  yield* send("one incident for all alerts", () => "the-same")
  const repeated = yield* look

  const each = (bytes: number) => `${Math.round(bytes / requests)} bytes`
  const alerts = requests.toLocaleString("en-GB")
  yield* Console.log(`  Largest tables after ${alerts} incidents, with their indexes:`)
  yield* Effect.forEach(tables, ({ bytes, name }) => Console.log(`    ${name.padEnd(24)} ${each(bytes)} an incident`))
  return [
    { measure: "Memory of the server at rest", ours: mebibytes(before.memory) },
    { measure: `Memory after ${alerts} alerts, as accepted`, ours: mebibytes(accepted.memory) },
    { measure: `Memory after ${alerts} alerts, as paged (${paged.mails} mails)`, ours: mebibytes(paged.memory) },
    {
      measure: "Database for each alert that opens an incident and pages",
      ours: each(paged.database - before.database)
    },
    { measure: "Database for each further alert of an incident", ours: each(repeated.database - paged.database) }
  ] satisfies ReadonlyArray<Row>
})
