/** The alert that the server's greeting proposes, and the mail of its page. Tests only. */
import { Incident, Schedule as OncallSchedule } from "@innkeeper/oncall/api"
import { CaughtMail, Page, User } from "@innkeeper/platform/api"
import { DateTime, Effect, Schema } from "effect"
import { eventually } from "../e2e/eventually.fixture.ts"
import { Server } from "../e2e/server.fixture.ts"
import { Sessions } from "./sessions.fixture.ts"

const command = /curl -X POST (\S+) -H 'content-type: application\/json' -d '(.+)'/

/** Reads something of the API as the demonstration's admin. */
export const read = Effect.fnUntraced(function*<A, I>(path: string, schema: Schema.Codec<A, I>) {
  const server = yield* Server
  const headers = yield* (yield* Sessions).of("ines@lakeside.example.com")
  const { json } = yield* server.ok("GET", path, { headers })
  return yield* Effect.orDie(Schema.decodeUnknownEffect(schema)(json))
})

/** The incidents with these words in their titles, labels or sources, newest first. */
export const incidentsWith = (words: string) =>
  Effect.map(
    read(`/api/v1/incidents?text=${encodeURIComponent(words)}`, Page(Incident)),
    ({ items }) => items
  )

/**
 * Does what the printed `curl` does; with a summary, another alert by the same way. `status` tells how its incident
 * stands.
 */
export const fireTestAlert = Effect.fnUntraced(function*(summary?: string) {
  const server = yield* Server
  const [, url = "", proposed = ""] = command.exec(server.logs()) ?? []
  const body = summary === undefined ? proposed : JSON.stringify({ summary, priority: "critical" })
  yield* server.ok("POST", new URL(url).pathname, { body, headers: { "content-type": "application/json" } })
  const title: string = JSON.parse(body).summary
  return {
    status: Effect.map(incidentsWith(title), ([incident]) => incident?.status)
  }
})

/** Puts somebody of the demonstration on call for its test alerts for an hour, whoever has this week. */
export const putOnCall = Effect.fnUntraced(function*(email: string) {
  const server = yield* Server
  const headers = yield* (yield* Sessions).of("ines@lakeside.example.com")
  const schedules = yield* read("/api/v1/schedules", Schema.Array(OncallSchedule))
  const users = yield* read("/api/v1/users", Schema.Array(User))
  const now = yield* DateTime.now
  const override = {
    userId: users.find((user) => user.email === email)?.id,
    start: DateTime.formatIso(now),
    end: DateTime.formatIso(DateTime.add(now, { hours: 1 }))
  }
  const primary = schedules.find(({ name }) => name === "Booking primary")
  yield* server.ok("POST", `/api/v1/schedules/${primary?.id}/overrides`, { headers, json: override })
})

/** Waits for a mail; gives the newest whose subject has these words. */
export const mailAbout = (words: string) =>
  eventually(
    `mail about ${words}`,
    Effect.map(read("/api/v1/mailbox", Schema.Array(CaughtMail)), (mails) =>
      mails.find(({ subject }) => subject.includes(words))),
    (mail) =>
      mail !== undefined
  )

/** Waits for the page about an incident; gives the link behind one of its buttons. */
export const linkOfPage = (title: string, label: "Acknowledge" | "Resolve") =>
  Effect.map(mailAbout(title), (mail) => new RegExp(`${label}: +(\\S+)`).exec(mail?.text ?? "")?.[1] ?? "")
