import { assert, layer } from "@effect/vitest"
import { Integration } from "@innkeeper/oncall/api"
import { Effect, Layer, Schema } from "effect"
import { gzipSync } from "node:zlib"
import { incidentsOf } from "./incidents.fixture.ts"
import { mutate, mutations } from "./mutate.fixture.ts"
import { namedFields, type Receiver, Receivers, refusalOf } from "./receivers.fixture.ts"
import { Server } from "./server.fixture.ts"

const isObject = (document: Schema.Json): document is Record<string, Schema.Json> =>
  typeof document === "object" && document !== null && !Array.isArray(document)

/** With the receiver's own key, where the key is in the body: or else that is all that is wrong with it. */
const withKey = ({ pagerDuty, sample }: Receiver, document: Schema.Json): Schema.Json =>
  pagerDuty && isObject(document) && isObject(sample)
    ? { ...document, routing_key: sample.routing_key ?? null }
    : document

const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`

/** The sample with other fields; in PagerDuty's bodies they are those of `payload`. */
const sampleWith = ({ pagerDuty, sample }: Receiver, fields: Record<string, Schema.Json>): Schema.Json => {
  if (!isObject(sample)) return sample
  return pagerDuty && isObject(sample.payload ?? null)
    ? { ...sample, payload: { ...(sample.payload as Record<string, Schema.Json>), ...fields } }
    : { ...sample, ...fields }
}

const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, "v"]))

layer(Layer.provideMerge(Receivers.layer, Server.layer()), { excludeTestServices: true, timeout: "170 seconds" })(
  "Receivers",
  (it) => {
    /** For each receiver, one after the other. */
    const each = <E, R>(check: (receiver: Receiver) => Effect.Effect<unknown, E, R>) =>
      Receivers.use(({ all }) => Effect.forEach(all, check, { discard: true }))

    it.effect("take their samples", () =>
      each((receiver) =>
        Effect.gen(function*() {
          const { post } = yield* Receivers
          assert.strictEqual((yield* post(receiver, { json: receiver.sample })).status, 202)
        })
      ))

    it.effect.prop(
      "answer any JSON with what is wrong, and keep nothing of it",
      [Schema.Json],
      ([document]) =>
        each((receiver) =>
          Effect.gen(function*() {
            const { post } = yield* Receivers
            const sent = withKey(receiver, document)
            const answer = yield* post(receiver, { json: sent })
            // Of a key that cannot be kept, only the object that holds it can be named.
            if (answer.status === refusalOf(receiver) && isObject(sent) && !answer.text.includes(" in a key")) {
              assert.isAbove(namedFields(receiver, answer).length, 0, answer.text)
            }
          })
        ),
      { arbitrary: { runs: 60 } }
    )

    it.effect.prop(
      "answer what is almost right with the field that is wrong",
      [mutations],
      ([applied]) =>
        each((receiver) =>
          Effect.gen(function*() {
            const { post } = yield* Receivers
            const sent = withKey(receiver, mutate(receiver.sample, applied))
            const answer = yield* post(receiver, { json: sent })
            // Of a key that cannot be kept, only the object that holds it can be named.
            if (answer.status === refusalOf(receiver) && isObject(sent) && !answer.text.includes(" in a key")) {
              assert.isAbove(namedFields(receiver, answer).length, 0, answer.text)
            }
          })
        ),
      { arbitrary: { runs: 100 } }
    )

    const unreadable: ReadonlyArray<readonly [string, string | Uint8Array, Readonly<Record<string, string>>?]> = [
      ["an empty body", ""],
      ["half a document", "{\"summary\": "],
      ["a document and more", "{} {}"],
      ["a form", "summary=Disk+full", { "content-type": "application/x-www-form-urlencoded" }],
      ["XML", "<alert/>", { "content-type": "application/xml" }],
      ["bytes that are no text", Uint8Array.from([0xff, 0xfe, 0x00, 0xc3, 0x28])],
      ["null bytes", "\0\0\0\0"],
      ["what is said to be gzip and is not", "not gzip", { "content-encoding": "gzip" }],
      ["gzip that nobody announced", gzipSync("{\"summary\":\"x\"}")],
      ["half of a gzip", gzipSync("{\"summary\":\"x\"}").subarray(0, 12), { "content-encoding": "gzip" }],
      ["100 000 levels of nesting", nested(100_000)]
    ]
    for (const [name, body, headers] of unreadable) {
      it.effect(`refuse ${name}`, () =>
        each((receiver) =>
          Effect.gen(function*() {
            const { post } = yield* Receivers
            const answer = yield* post(receiver, { body, headers })
            assert.include([400, refusalOf(receiver)], answer.status, answer.text)
          })
        ))
    }

    it.effect("say of a compressed body that it is one, and take one that is said to be as it is", () =>
      each((receiver) =>
        Effect.gen(function*() {
          const { post } = yield* Receivers
          const body = JSON.stringify(receiver.sample)
          for (const coding of ["gzip", "deflate", "br", "GZIP"]) {
            const answer = yield* post(receiver, { body: gzipSync(body), headers: { "content-encoding": coding } })
            assert.include(answer.text, "content-encoding")
          }
          assert.strictEqual((yield* post(receiver, { body, headers: { "content-encoding": "identity" } })).status, 202)
        })
      ))

    it.effect("take a sample whatever its content type says", () =>
      each((receiver) =>
        Effect.gen(function*() {
          const { post } = yield* Receivers
          for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-8"]) {
            const answer = yield* post(receiver, { json: receiver.sample, headers: { "content-type": type } })
            assert.strictEqual(answer.status, 202, `${type}: ${answer.text}`)
          }
        })
      ))

    it.effect("refuse more than 512 KiB, and take as much", () =>
      each((receiver) =>
        Effect.gen(function*() {
          const { post } = yield* Receivers
          const text = JSON.stringify(receiver.sample)
          const padded = (bytes: number) => text + " ".repeat(bytes - text.length)
          assert.strictEqual((yield* post(receiver, { body: padded(512 * 1024) })).status, 202)
          const tooLarge = yield* post(receiver, { body: padded(512 * 1024 + 1) })
          assert.strictEqual(tooLarge.status, 413, tooLarge.text)
          assert.strictEqual((tooLarge.json as { limit: number }).limit, 512 * 1024)
          const chunked = yield* post(receiver, {
            body: padded(600 * 1024),
            headers: { "transfer-encoding": "chunked" }
          })
          assert.strictEqual(chunked.status, 413, chunked.text)
        })
      ))

    it.effect("refuse null characters, half characters and deep nesting, and name where they are", () =>
      each((receiver) =>
        Effect.gen(function*() {
          const { post } = yield* Receivers
          const [at, value] = receiver.pagerDuty ? ["payload", "custom_details"] : ["extra", "value"]
          for (const fault of ["a\u0000b", "\ud83d", { "a\u0000b": 1 }, JSON.parse(nested(80))]) {
            const sample = receiver.sample as Record<string, Schema.Json>
            const inner = (sample[at] ?? {}) as Record<string, Schema.Json>
            const answer = yield* post(receiver, { json: { ...sample, [at]: { ...inner, [value]: fault } } })
            assert.strictEqual(answer.status, refusalOf(receiver), answer.text)
            assert.isTrue(namedFields(receiver, answer).some((field) => field.startsWith(at)), answer.text)
          }
        })
      ))

    it.effect("refuse numbers that are too great to keep, and name where they are", () =>
      each((receiver) =>
        Effect.gen(function*() {
          const { post } = yield* Receivers
          const body = JSON.stringify(receiver.sample).replace("{", `{"extra":{"value":1e400},`)
          const answer = yield* post(receiver, { body })
          assert.strictEqual(answer.status, refusalOf(receiver), answer.text)
          assert.include(namedFields(receiver, answer), "extra.value")
        })
      ))

    it.effect("name the field of a wrong type", () =>
      Effect.gen(function*() {
        const { named, post } = yield* Receivers
        const cases = [
          ["generic", { summary: 5 }, "summary"],
          ["generic", { summary: " \t\n" }, "summary"],
          ["generic", { labels: ["a"] }, "labels"],
          ["generic", { links: [{ href: 5, text: "x" }] }, "links.0.href"],
          ["generic", { priority: "urgent" }, "priority"],
          ["generic", { unknown: true }, "unknown"],
          ["generic", { labels: labels(10_000) }, "labels"],
          ["alertmanager", { alerts: "none" }, "alerts"],
          ["alertmanager", { alerts: [{ status: "firing", labels: { a: 5 } }] }, "alerts.0.labels.a"],
          ["alertmanager", { alerts: [{ status: "firing", labels: labels(10_000) }] }, "alerts.0.labels"],
          [
            "alertmanager",
            { alerts: [{ status: "firing", labels: {} }, { status: "on fire", labels: {} }] },
            "alerts.1.status"
          ],
          ["enqueue", { severity: "urgent" }, "payload.severity"],
          ["enqueue", { summary: 5 }, "payload.summary"],
          ["enqueue", { summary: "  " }, "payload.summary"],
          ["enqueueChange", { summary: null }, "payload.summary"],
          ["opsgenie", { message: 5 }, "message"],
          ["opsgenie", { message: "\n" }, "message"],
          ["opsgenie", { priority: "P0" }, "priority"],
          ["opsgenie", { tags: "a,b" }, "tags"],
          ["opsgenie", { responders: [{ type: "team" }, { type: 5 }] }, "responders.1.type"]
        ] as const
        for (const [name, fields, field] of cases) {
          const receiver = named(name)
          const answer = yield* post(receiver, { json: sampleWith(receiver, fields) })
          assert.strictEqual(answer.status, refusalOf(receiver), `${name} ${field}: ${answer.text}`)
          assert.include(namedFields(receiver, answer), field)
        }
      }))

    it.effect("tell senders of PagerDuty's what is wrong with events of their kind, and nothing about other kinds", () =>
      Effect.gen(function*() {
        const { named, post } = yield* Receivers
        const receiver = named("enqueue")
        const sample = receiver.sample as Record<string, Schema.Json>
        const cases: ReadonlyArray<readonly [Schema.Json, ReadonlyArray<string>]> = [
          [sampleWith(receiver, { severity: "urgent" }), ["payload.severity"]],
          [{ ...sample, dedup_key: "k".repeat(256) }, ["dedup_key"]],
          [{ ...sample, event_action: "open" }, ["event_action"]],
          [{ routing_key: sample["routing_key"] ?? null }, ["event_action"]],
          [{ routing_key: sample["routing_key"] ?? null, event_action: "resolve" }, ["dedup_key"]]
        ]
        for (const [json, fields] of cases) {
          const answer = yield* post(receiver, { json })
          assert.strictEqual(answer.status, 400, answer.text)
          assert.deepStrictEqual(namedFields(receiver, answer), fields)
        }
        assert.include((yield* post(receiver, { json: { ...sample, event_action: "open" } })).text, "trigger")
      }))

    it.effect("make a key for a trigger of PagerDuty's whose key is empty", () =>
      Effect.gen(function*() {
        const { named, post } = yield* Receivers
        const receiver = named("enqueue")
        const json = { ...receiver.sample as object, dedup_key: "" }
        const keys = yield* Effect.replicateEffect(
          Effect.map(post(receiver, { json }), ({ json, status, text }) => {
            assert.strictEqual(status, 202, text)
            return (json as { readonly dedup_key: string }).dedup_key
          }),
          2
        )
        assert.strictEqual(new Set(keys.filter((key) => key !== "")).size, 2)
      }))

    it.effect("take what they do not know from senders that grow", () =>
      Effect.gen(function*() {
        const { named, post } = yield* Receivers
        for (const name of ["alertmanager", "enqueue", "enqueueChange", "opsgenie"] as const) {
          const receiver = named(name)
          const json = { ...sampleWith(receiver, { custom_details: labels(10_000), added: true }) as object, added: 1 }
          const answer = yield* post(receiver, { json })
          assert.strictEqual(answer.status, 202, `${name}: ${answer.text}`)
        }
      }))

    it.effect("take alerts of clocks that are off, and refuse what is no time", () =>
      Effect.gen(function*() {
        const { named, post } = yield* Receivers
        const alert = (startsAt: string) => ({
          alerts: [{ status: "firing", labels: { alertname: "Clock" }, startsAt }]
        })
        for (const time of ["1971-01-01T00:00:00Z", "2999-12-31T23:59:59Z", "2026-11-21T10:00:00.123456789+05:30"]) {
          const generic = yield* post(named("generic"), { json: sampleWith(named("generic"), { startsAt: time }) })
          assert.strictEqual(generic.status, 202, `${time}: ${generic.text}`)
          const grouped = yield* post(named("alertmanager"), { json: sampleWith(named("alertmanager"), alert(time)) })
          assert.strictEqual(grouped.status, 202, `${time}: ${grouped.text}`)
          const event = yield* post(named("enqueue"), { json: sampleWith(named("enqueue"), { timestamp: time }) })
          assert.strictEqual(event.status, 202, `${time}: ${event.text}`)
        }
        for (const time of ["0001-01-01T00:00:00Z", "+275760-09-13T00:00:00Z", "yesterday", ""]) {
          const generic = yield* post(named("generic"), { json: sampleWith(named("generic"), { startsAt: time }) })
          assert.strictEqual(generic.status, 400, `${time}: ${generic.text}`)
          assert.deepStrictEqual(namedFields(named("generic"), generic), ["startsAt"])
          // A page matters more than when the sender thinks that it began.
          const grouped = yield* post(named("alertmanager"), { json: sampleWith(named("alertmanager"), alert(time)) })
          assert.strictEqual(grouped.status, 202, `${time}: ${grouped.text}`)
          const event = yield* post(named("enqueue"), { json: sampleWith(named("enqueue"), { timestamp: time }) })
          assert.strictEqual(event.status, 202, `${time}: ${event.text}`)
        }
      }))

    it.effect("keep text of any script as it came", () =>
      Effect.gen(function*() {
        const { named, post, tenant } = yield* Receivers
        const texts = [
          "قرص قاعدة البيانات ممتلئ",
          "डेटाबेस की डिस्क भर गई",
          "数据库磁盘已满",
          "ฐานข้อมูลเต็ม",
          "👩‍👩‍👧‍👦 🏳️‍🌈 é",
          "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
          "\u202eright to left\u202c",
          "'; DROP TABLE incident; --",
          "<script>alert(1)</script>",
          "$1 ${x} %s \\u0000 {{x}}"
        ]
        for (const summary of texts) {
          const answer = yield* post(named("generic"), { json: { summary } })
          assert.strictEqual(answer.status, 202, `${summary}: ${answer.text}`)
        }
        const titles = new Set((yield* incidentsOf(tenant)).map(({ title }) => title))
        assert.deepStrictEqual(texts.filter((text) => !titles.has(text)), [])
      }))

    it.effect("take keys that mean something to JavaScript for keys", () =>
      Effect.gen(function*() {
        const { named, post } = yield* Receivers
        const refused = yield* post(named("generic"), {
          body: "{\"summary\":\"x\",\"__proto__\":{\"priority\":\"low\"}}"
        })
        assert.strictEqual(refused.status, 400, refused.text)
        const taken = yield* post(named("generic"), {
          body: "{\"summary\":\"Prototype\",\"labels\":{\"__proto__\":\"a\",\"constructor\":\"b\",\"toString\":\"c\"}}"
        })
        assert.strictEqual(taken.status, 202, taken.text)
      }))

    it.effect("do not know a wrong key, whatever it looks like", () =>
      Effect.gen(function*() {
        const server = yield* Server
        const { named, post } = yield* Receivers
        const generic = named("generic")
        const wrong = ["nobodys", "a".repeat(32), "%00", "%F0%9F%98%80", "..%2f..%2f", "'%20OR%201=1", "a".repeat(8000)]
        for (const key of wrong) {
          for (const suffix of ["", "/alertmanager"]) {
            const answer = yield* post({ ...generic, path: `/in/${key}${suffix}` }, { json: generic.sample })
            assert.strictEqual(answer.status, 404, `${key}: ${answer.text}`)
          }
        }
        assert.isBelow((yield* server.call("POST", "/in/%E0%A4%A", { json: generic.sample })).status, 500)
        for (const routing_key of ["a".repeat(32), "", null, 5, "a\u0000", ["x"]]) {
          for (const name of ["enqueue", "enqueueChange"] as const) {
            const receiver = named(name)
            const answer = yield* post(receiver, { json: { ...receiver.sample as object, routing_key } })
            assert.strictEqual(answer.status, 400, answer.text)
            assert.include(namedFields(receiver, answer), "routing_key")
          }
        }
      }))

    it.effect("are no pages to look at", () =>
      Effect.gen(function*() {
        const server = yield* Server
        const { all } = yield* Receivers
        for (const { path } of all) {
          for (const method of ["GET", "PUT", "DELETE"]) {
            const answer = yield* server.call(method, path)
            assert.strictEqual(answer.status, 405, `${method} ${path}: ${answer.text}`)
            assert.strictEqual(answer.headers["allow"], "POST", `${method} ${path}`)
          }
        }
      }))

    // The last one: it ends the keys.
    it.effect("do not know a revoked key", () =>
      Effect.gen(function*() {
        const { all, post, tenant } = yield* Receivers
        for (const { id } of yield* tenant.read("/api/v1/integrations", Schema.Array(Integration))) {
          yield* tenant.act("POST", `/api/v1/integrations/${id}/revoke`)
        }
        for (const receiver of all) {
          const answer = yield* post(receiver, { json: receiver.sample })
          assert.strictEqual(answer.status, receiver.unknownKey ?? 404, answer.text)
        }
      }))
  }
)
