import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { readFileSync } from "node:fs"
import { InboundAlert } from "../alert/Alert.ts"
import { AlertmanagerWebhook, fromAlertmanager } from "./Alertmanager.ts"
import { fromGeneric } from "./Generic.ts"
import { GenericAlert } from "./GenericAlert.ts"
import { faultOf } from "./Json.ts"
import { fromPagerDuty, PagerDutyEvent } from "./PagerDuty.ts"
import { decodeBody, fieldOf } from "./ReceiverBody.ts"

const sample = (name: string): Schema.Json =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), "utf8"))

const alertmanager = decodeBody(AlertmanagerWebhook, { strict: false })
const pagerDuty = decodeBody(PagerDutyEvent, { strict: false })
const generic = decodeBody(GenericAlert, { strict: true })

/** Bodies that get past `faultOf`, as every receiver asks it first. */
const storable = <A, I>(schema: Schema.Codec<A, I>) =>
  schema.check(Schema.makeFilter<A>((value) => Option.isNone(faultOf(JSON.parse(JSON.stringify(value) ?? "null")))))

const isInbound = Schema.is(InboundAlert)

describe("Alertmanager webhook", () => {
  it.effect("makes one alert of each fingerprint of a group", () =>
    Effect.gen(function*() {
      const document = sample("alertmanager_v4_firing_group_of_2")
      const alerts = fromAlertmanager(
        yield* alertmanager(document),
        (document as { alerts: Array<Schema.Json> }).alerts
      )
      assert.deepStrictEqual(
        alerts.map(({ action, dedupKey, priority, summary }) => ({
          action,
          dedupKey,
          priority,
          summary
        })),
        [
          {
            action: "trigger",
            dedupKey: "791cec13fcba0368",
            priority: "critical",
            summary: "Instance 127.0.0.1:9090 down"
          },
          {
            action: "trigger",
            dedupKey: "8df98227bdd81384",
            priority: "critical",
            summary: "Instance localhost:9090 down"
          }
        ]
      )
      assert.strictEqual(alerts[0]?.details?.startsWith("127.0.0.1:9090 of job"), true)
      assert.propertyVal(alerts[1]?.payload, "fingerprint", "8df98227bdd81384")
    }))

  it.effect("takes the first words that are not blank for the summary", () =>
    Effect.gen(function*() {
      const summaryOf = (labels: Record<string, string>, annotations: Record<string, string>) =>
        Effect.map(
          alertmanager({ status: "firing", alerts: [{ status: "firing", labels, annotations }] }),
          (body) => fromAlertmanager(body, [])[0]?.summary
        )
      assert.strictEqual(yield* summaryOf({ alertname: "Full" }, { summary: " \n", message: "Disk full" }), "Disk full")
      assert.strictEqual(yield* summaryOf({ alertname: "Full" }, { summary: "", title: "  " }), "Full")
      assert.strictEqual(yield* summaryOf({ alertname: " " }, {}), "Alert")
    }))

  it.effect("reads the customary words for a priority, and any other as high", () =>
    Effect.gen(function*() {
      const priorityOf = (labels: Record<string, string>) =>
        Effect.map(
          alertmanager({ status: "firing", alerts: [{ status: "firing", labels }] }),
          (body) => fromAlertmanager(body, [])[0]?.priority
        )
      assert.strictEqual(yield* priorityOf({ severity: "Warning" }), "medium")
      assert.strictEqual(yield* priorityOf({ priority: "P1", severity: "info" }), "critical")
      for (const severity of ["", "major", "constructor", "__proto__"]) {
        assert.strictEqual(yield* priorityOf({ severity }), "high", severity)
      }
    }))

  it.effect("cuts a label that is too long, and refuses none of the group for it", () =>
    Effect.gen(function*() {
      const valueOf = (value: string) =>
        Effect.map(
          alertmanager({ status: "firing", alerts: [{ status: "firing", labels: { message: value } }] }),
          (body) => fromAlertmanager(body, [])[0]?.labels["message"] ?? ""
        )
      assert.strictEqual(yield* valueOf("x".repeat(4000)), "x".repeat(4000))
      assert.strictEqual(yield* valueOf("x".repeat(4001)), `${"x".repeat(3999)}…`)
      assert.isTrue((yield* valueOf("😀".repeat(4000))).isWellFormed())
    }))

  it.effect("tells alerts without a fingerprint apart by all that their labels say", () =>
    Effect.gen(function*() {
      const keyOf = (labels: Record<string, string>) =>
        Effect.map(
          alertmanager({ status: "firing", alerts: [{ status: "firing", labels }] }),
          (body) => fromAlertmanager(body, [])[0]?.dedupKey
        )
      assert.strictEqual(yield* keyOf({ b: "2", a: "1" }), "a=1,b=2")
      const long = "x".repeat(300)
      assert.strictEqual(yield* keyOf({ a: long, b: "1" }), yield* keyOf({ b: "1", a: long }))
      assert.notStrictEqual(yield* keyOf({ a: long, b: "1" }), yield* keyOf({ a: long, b: "2" }))
      assert.notStrictEqual(yield* keyOf({ a: "1,b=2" }), yield* keyOf({ a: "1", b: "2" }))
      assert.notStrictEqual(yield* keyOf({ a: "1\\", b: "2" }), yield* keyOf({ a: "1\\,b=2" }))
    }))

  it.effect("resolves by fingerprint", () =>
    Effect.gen(function*() {
      const alerts = fromAlertmanager(yield* alertmanager(sample("alertmanager_v4_resolved")), [])
      assert.deepStrictEqual(alerts.map(({ action, dedupKey }) => [action, dedupKey]), [[
        "resolve",
        "8a07086b74f3ba78"
      ]])
    }))
})

describe("PagerDuty Events API v2", () => {
  it.effect("reads the vendor's trigger, its `+0000` timestamp too", () =>
    Effect.gen(function*() {
      const document = sample("pagerduty_v2_trigger")
      const alert = fromPagerDuty(yield* pagerDuty(document), "k", document)
      assert.strictEqual(alert.summary, "Example alert on host1.example.com")
      assert.strictEqual(alert.priority, "info")
      assert.strictEqual(alert.startsAt?.toString().includes("2015-07-17T08:42:58.315"), true)
      assert.deepStrictEqual(alert.labels, { component: "postgres", group: "prod-datapipe", class: "deploy" })
      assert.deepStrictEqual(alert.links.map(({ text }) => text), ["Sample Monitoring Service", "Link text"])
    }))

  it.effect("reads what Alertmanager sends, trigger and resolve, with one dedup key", () =>
    Effect.gen(function*() {
      const trigger = yield* pagerDuty(sample("alertmanager_to_pagerduty_v2_trigger"))
      const resolve = yield* pagerDuty(sample("alertmanager_to_pagerduty_v2_resolve"))
      assert.deepStrictEqual([trigger.event_action, resolve.event_action], ["trigger", "resolve"])
      assert.strictEqual(trigger.dedup_key, resolve.dedup_key)
    }))

  it.effect("tells the custom details of an object one below the other, what is nested as JSON, and nothing blank", () =>
    Effect.gen(function*() {
      const detailsOf = (custom_details: Schema.Json) =>
        Effect.map(
          pagerDuty({
            routing_key: "x",
            event_action: "trigger",
            payload: { summary: "Disk full", source: "s", severity: "critical", custom_details }
          }),
          (event) => fromPagerDuty(event, "k", null).details
        )
      assert.strictEqual(
        yield* detailsOf({ firing: "Labels:\n - a = b", resolved: "", num_firing: 1, seen: true }),
        "firing: Labels:\n - a = b\nnum_firing: 1\nseen: true"
      )
      // As Alertmanager sends `details` that are templates of lists (`.Alerts.Firing | toJson`).
      assert.strictEqual(
        yield* detailsOf({ firing: [{ labels: { host: "db-1" } }], resolved: [], num_firing: 1 }),
        `firing: [\n  {\n    "labels": {\n      "host": "db-1"\n    }\n  }\n]\nnum_firing: 1`
      )
      assert.strictEqual(yield* detailsOf(["a", 1]), `[\n  "a",\n  1\n]`)
      assert.strictEqual(yield* detailsOf("As it is"), "As it is")
      assert.strictEqual(yield* detailsOf(0), "0")
      for (const nothing of [{}, { nested: [{ a: null }, " "] }, [], " ", null]) {
        assert.isNull(yield* detailsOf(nothing))
      }
      assert.lengthOf((yield* detailsOf({ long: "x".repeat(60_000) })) ?? "", 50_000)
    }))

  it.effect("shortens a summary that is too long and keeps the whole in the payload", () =>
    Effect.gen(function*() {
      const document = {
        routing_key: "x",
        event_action: "trigger",
        payload: { summary: "😀".repeat(2000), source: "s", severity: "critical" }
      }
      const alert = fromPagerDuty(yield* pagerDuty(document), "k", document)
      assert.isAtMost(alert.summary.length, 1024)
      assert.isTrue(alert.summary.isWellFormed())
      assert.deepStrictEqual(alert.payload, document)
    }))

  it.effect("names each field that is missing", () =>
    Effect.gen(function*() {
      const problem = yield* Effect.flip(pagerDuty({ routing_key: "x", event_action: "trigger", payload: {} }))
      const paths = (problem.errors ?? []).map(({ path }) => path.join("."))
      assert.includeMembers(paths, ["payload.payload.summary", "payload.payload.source", "payload.payload.severity"])
    }))
})

describe("generic receiver", () => {
  it.effect("needs a summary alone", () =>
    Effect.gen(function*() {
      const alert = fromGeneric(yield* generic({ summary: "Disk full" }), null)
      assert.deepStrictEqual([alert.action, alert.dedupKey, alert.priority], ["trigger", "Disk full", "high"])
    }))

  it.effect("tells alerts without a key apart by their whole summaries", () =>
    Effect.gen(function*() {
      const keyOf = (summary: string) => Effect.map(generic({ summary }), (body) => fromGeneric(body, null).dedupKey)
      const long = "Backup failed: ".padEnd(300, "x")
      assert.notStrictEqual(yield* keyOf(`${long} db-1`), yield* keyOf(`${long} db-2`))
      assert.strictEqual(yield* keyOf(`${long} db-1`), yield* keyOf(`${long} db-1`))
      assert.lengthOf(yield* keyOf(long), 255)
      assert.strictEqual(yield* keyOf("Disk full"), "Disk full")
    }))

  it.effect("refuses an unknown key and names it", () =>
    Effect.gen(function*() {
      const problem = yield* Effect.flip(generic({ summary: "Disk full", priorty: "high" }))
      assert.deepStrictEqual(problem.errors?.map(({ path }) => path.join(".")), ["payload.priorty"])
    }))

  it.effect("refuses more than 200 labels and names the field", () =>
    Effect.gen(function*() {
      const labels = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`l${index}`, "v"]))
      const problem = yield* Effect.flip(generic({ summary: "Disk full", labels }))
      assert.deepStrictEqual(problem.errors?.map(({ path }) => path.join(".")), ["payload.labels"])
    }))
})

describe("faultOf", () => {
  it("finds null characters and lone surrogates wherever they are, in keys too", () => {
    assert.deepStrictEqual(Option.getOrThrow(faultOf({ a: [{ b: "x\u0000" }] })).path, ["a", 0, "b"])
    assert.isTrue(Option.isSome(faultOf({ ["\ud800"]: 1 })))
    assert.isTrue(Option.isSome(faultOf(["\udc00"])))
  })

  it("finds numbers that JSON can say and JavaScript cannot hold", () => {
    assert.deepStrictEqual(
      Option.getOrThrow(faultOf(JSON.parse(`{ "values": [1e308, -1e999] }`))),
      { path: ["values", 1], message: "expected a number of at most 1.8e308" }
    )
  })

  it("finds nothing wrong with a deep document of 512 KiB", () => {
    const levels = 62
    const text = `${"[".repeat(levels)}${Array.from({ length: 255_000 }, () => 1).join(",")}${"]".repeat(levels)}`
    assert.isTrue(Option.isNone(faultOf(JSON.parse(text))))
  })

  it("names the place and what was expected there", () => {
    const inner = (bottom: Schema.Json, levels: number): Schema.Json =>
      levels === 0 ? bottom : [0, inner(bottom, levels - 1)]
    const path = (levels: number) => Array.from({ length: levels }, () => 1)
    assert.deepStrictEqual(
      Option.getOrThrow(faultOf(inner("\ud800", 64))),
      { path: path(64), message: "expected well-formed Unicode" }
    )
    assert.deepStrictEqual(
      Option.getOrThrow(faultOf(inner([], 64))),
      { path: path(8), message: "expected at most 64 levels of nesting" }
    )
    assert.isTrue(Option.isNone(faultOf(inner([], 63))))
    assert.deepStrictEqual(
      Option.getOrThrow(faultOf({ a: [{ "\u0000": 1 }] })),
      { path: ["a", 0], message: "expected a text without null characters in a key" }
    )
  })

  it("stops at 64 levels", () => {
    let deep: Schema.Json = "bottom"
    for (let level = 0; level < 100_000; level++) deep = [deep]
    assert.isTrue(Option.isSome(faultOf(deep)))
  })

  it.prop("takes every document without them", [Schema.Json], ([document]) => {
    const text = JSON.stringify(document)
    if (text.includes("\\u0000") || /\\ud[89a-f]/.test(text)) return
    assert.isTrue(Option.isNone(faultOf(document)))
  })
})

describe("fieldOf", () => {
  it("names the field that an error is about, one whose key has no characters too", () => {
    assert.strictEqual(fieldOf({ path: ["payload", "alerts", 0, "status"] }), "alerts.0.status")
    assert.strictEqual(fieldOf({ path: ["payload", ""] }), `""`)
    assert.strictEqual(fieldOf({ path: ["payload"] }), "body")
  })
})

describe("arbitrary JSON", () => {
  const decoders = {
    generic: (document: Schema.Json) => Effect.map(generic(document), (body) => [fromGeneric(body, document)]),
    alertmanager: (document: Schema.Json) => Effect.map(alertmanager(document), (body) => fromAlertmanager(body, [])),
    pagerDuty: (document: Schema.Json) =>
      Effect.map(pagerDuty(document), (body) => [fromPagerDuty(body, body.dedup_key ?? "key", document)])
  }

  it.effect.prop(
    "either decodes to alerts that can be stored or names what is wrong",
    [storable(Schema.Json)],
    ([document]) =>
      Effect.forEach(Object.values(decoders), (decode) =>
        Effect.gen(function*() {
          const result = yield* Effect.result(decode(document))
          if (result._tag === "Success") assert.isTrue(result.success.every(isInbound))
          else assert.isAbove(result.failure.errors?.length ?? 0, 0)
        }))
  )

  it.effect.prop("decodes whatever a valid generic body holds", [GenericAlert], ([body]) =>
    Effect.gen(function*() {
      const encoded = yield* Schema.encodeEffect(GenericAlert)(body)
      const [alert] = yield* decoders.generic(encoded as Schema.Json)
      assert.isTrue(isInbound(alert))
    }))

  it.prop("decodes whatever a valid Alertmanager body holds", [storable(AlertmanagerWebhook)], ([body]) => {
    assert.isTrue(fromAlertmanager(body, []).every(isInbound))
  })

  it.prop("decodes whatever a valid PagerDuty event holds", [storable(PagerDutyEvent)], ([body]) => {
    assert.isTrue(isInbound(fromPagerDuty(body, "key", null)))
  })
})
