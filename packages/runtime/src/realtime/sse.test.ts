import { assert, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { Sse } from "effect/encoding"
import { Change, Notice, Resync } from "./LiveRpcs.ts"
import { isWanted, toEvent, toHeartbeat, toRetry } from "./sse.ts"

/** What a client makes of the text. */
const parse = (text: string) => {
  const found: Array<Sse.AnyEvent> = []
  Sse.makeParser((event) => found.push(event)).feed(text)
  return found
}

const at = DateTime.makeUnsafe("2026-03-29T01:30:00Z")

it("a message becomes one event with its cursor as id", () => {
  const change = new Change({ cursor: "12-3", type: "incident.triggered", subject: "i1", at })
  assert.strictEqual(
    toEvent(change),
    `id: 12-3\nevent: change\ndata: {"type":"incident.triggered","subject":"i1","at":"2026-03-29T01:30:00.000Z"}\n\n`
  )
  const [resync] = parse(toEvent(new Resync({ cursor: "12-4" })))
  assert.deepInclude(resync, { event: "resync", id: "12-4", data: "{}" })
})

it.prop("a message arrives as it was, whatever is in it", [Schema.String, Schema.String], ([subject, text]) => {
  const notice = new Notice({ cursor: "1-1", type: "shift.started", subject, payload: { text }, at })
  const events = parse(toEvent(notice) + toHeartbeat("1-2") + toRetry("3 seconds"))
  const [event] = events
  assert.deepStrictEqual(events.map(({ _tag }) => _tag), ["Event", "Retry"])
  if (event?._tag !== "Event") return assert.fail("no event")
  assert.strictEqual(event.event, "notice")
  assert.deepStrictEqual(JSON.parse(event.data), {
    type: "shift.started",
    subject,
    payload: { text },
    at: "2026-03-29T01:30:00.000Z"
  })
})

it("a heartbeat tells nothing, and where the client is", () => {
  assert.strictEqual(toHeartbeat(undefined), ": heartbeat\n\n")
  assert.strictEqual(toHeartbeat("7-1"), ": heartbeat\nid: 7-1\n\n")
  assert.deepStrictEqual(parse(toHeartbeat("7-1")), [])
})

it("types are wanted by name or by kind", () => {
  assert.isTrue(isWanted("incident.triggered", []))
  assert.isTrue(isWanted("incident.triggered", ["team.changed", "incident.*"]))
  assert.isTrue(isWanted("team.changed", ["team.changed"]))
  assert.isFalse(isWanted("incidents.triggered", ["incident.*"]))
  assert.isFalse(isWanted("incident.triggered", ["incident.trigger"]))
})
