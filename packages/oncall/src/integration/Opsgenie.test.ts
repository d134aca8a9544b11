import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { readFileSync } from "node:fs"
import { InboundAlert } from "../alert/Alert.ts"
import { dedupKeyOf } from "./dedupKeyOf.ts"
import { faultOf } from "./Json.ts"
import { fromOpsgenie, fromOpsgenieAction, noteText, OpsgenieAlert, OpsgenieNote } from "./Opsgenie.ts"
import { decodeBody } from "./ReceiverBody.ts"

const decode = decodeBody(OpsgenieAlert, { strict: false })

/** Bodies that get past `faultOf`, as every receiver asks it first. */
const storable = <A, I>(schema: Schema.Codec<A, I>) =>
  schema.check(Schema.makeFilter<A>((value) => Option.isNone(faultOf(JSON.parse(JSON.stringify(value) ?? "null")))))

const isInbound = Schema.is(InboundAlert)

describe("Opsgenie's Alert API", () => {
  it.effect("reads what Alertmanager sends", () =>
    Effect.gen(function*() {
      const document: Schema.Json = JSON.parse(
        readFileSync(new URL("../../fixtures/alertmanager_to_opsgenie_create.json", import.meta.url), "utf8")
      )
      const body = yield* decode(document)
      const alert = fromOpsgenie(body, dedupKeyOf(body.alias!), document)
      assert.deepInclude(alert, {
        action: "trigger",
        dedupKey: "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
        summary: "message",
        priority: "critical",
        source: "http://prometheus",
        details: "description\n\nthis is a note",
        payload: document
      })
      assert.deepInclude(alert.labels, {
        entity: "test-domain",
        tags: "tag1, tag2",
        responders: "TeamA (team), EscalationA (escalation)",
        ResponderType3: "teams"
      })
    }))

  it.effect("takes P3 for a priority that is left out, and refuses one that it does not know", () =>
    Effect.gen(function*() {
      assert.strictEqual(fromOpsgenie(yield* decode({ message: "m" }), "k", null).priority, "medium")
      const problem = yield* Effect.flip(decode({ message: "m", priority: "P6" }))
      assert.deepStrictEqual(problem.errors?.map(({ path }) => path.join(".")), ["payload.priority"])
    }))

  it("says who closed an alert, and why", () => {
    const closed = fromOpsgenieAction("resolve", { user: "Ada", source: "cron", note: "Back again" }, "k", null)
    assert.deepInclude(closed, { action: "resolve", dedupKey: "k", summary: "Closed by Ada: Back again" })
    assert.strictEqual(fromOpsgenieAction("acknowledge", {}, "k", null).summary, "Acknowledged by the sender")
  })

  it.prop("makes an alert that can be stored of whatever a body holds", [storable(OpsgenieAlert)], ([body]) => {
    assert.isTrue(isInbound(fromOpsgenie(body, "key", null)))
    assert.isTrue(isInbound(fromOpsgenieAction("resolve", body, "key", null)))
  })

  it.prop("makes a line of every note", [storable(OpsgenieNote)], ([body]) => {
    assert.isTrue(noteText(body).startsWith(body.note.slice(0, 100)))
    assert.isAtMost(noteText(body).length, 20_000)
  })

  it("shortens what is too long", () => {
    const long = "😀".repeat(60_000)
    const details = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}${long}`, long]))
    const body = { message: long, description: long, note: long, source: long, details, tags: [long] }
    const alert = fromOpsgenie(body, "key", null)
    assert.isTrue(isInbound(alert))
    assert.isTrue(alert.summary.isWellFormed())
    assert.strictEqual(Object.keys(alert.labels).length, 200)
  })
})
