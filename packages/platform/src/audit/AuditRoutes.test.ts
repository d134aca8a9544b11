import { assert, layer } from "@effect/vitest"
import { asTenant, OwnerSql } from "@innkeeper/database"
import { Effect, Schema } from "effect"
import { call, httpLayer, signedIn } from "../Http.fixture.ts"
import { twoTenants } from "../Platform.fixture.ts"
import { Audit } from "./Audit.ts"

const path = "/api/v1/audit"

const decodePage = Schema.decodeUnknownSync(Schema.Struct({
  items: Schema.Array(Schema.Struct({ id: Schema.String, action: Schema.String })),
  nextCursor: Schema.NullOr(Schema.String)
}))

/** Fields of a CSV document (RFC 4180). */
const parseCsv = (text: string) =>
  text.split(/\r\n(?=(?:[^"]*"[^"]*")*[^"]*$)/).filter((line) => line !== "").map((line) =>
    Array.from(
      line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g),
      ([, quoted, plain]) => quoted?.replaceAll("\"\"", "\"") ?? plain
    )
  )

layer(httpLayer)("audit over HTTP", (it) => {
  it.effect("gives every entry once, page by page, newest first", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("pages")
      const audit = yield* Audit
      for (let entry = 0; entry < 7; entry++) {
        yield* audit.record({ action: "test.page", subject: `${entry}`, detail: {} }).pipe(asTenant(acme))
      }
      const headers = yield* signedIn(ada)
      const sizes: Array<number> = []
      const ids: Array<string> = []
      let cursor: string | null = ""
      while (cursor !== null) {
        const { json } = yield* call("GET", `${path}?action=test.page&limit=3${cursor && `&cursor=${cursor}`}`, {
          headers
        })
        const page = decodePage(json)
        sizes.push(page.items.length)
        ids.push(...page.items.map(({ id }) => id))
        cursor = page.nextCursor
      }
      assert.deepStrictEqual(sizes, [3, 3, 1])
      assert.deepStrictEqual(ids, [...new Set(ids)].sort().reverse())
    }))

  it.effect("ends without an empty page when the last one is full", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("full")
      const audit = yield* Audit
      yield* Effect.replicateEffect(
        audit.record({ action: "test.full", subject: null, detail: {} }).pipe(asTenant(acme)),
        3
      )
      const { json } = yield* call("GET", `${path}?action=test.full&limit=3`, { headers: yield* signedIn(ada) })
      assert.deepStrictEqual([decodePage(json).items.length, json.nextCursor], [3, null])
    }))

  it.effect("answers 400 to a query that asks for nothing that there can be", () =>
    Effect.gen(function*() {
      const headers = yield* signedIn((yield* twoTenants("query")).ada)
      for (
        const query of [
          "limit=0",
          "limit=201",
          "limit=1.5",
          "limit=all",
          "cursor=unknown",
          "text=%00",
          "action=%00",
          "from=yesterday",
          "from=%2B275760-09-13T00:00:00.000Z",
          "until=-271821-04-20T00:00:00.000Z"
        ]
      ) {
        assert.strictEqual((yield* call("GET", `${path}?${query}`, { headers })).status, 400, query)
        if (/^(text|action|from|until)/.test(query)) {
          assert.strictEqual((yield* call("GET", `${path}/export.csv?${query}`, { headers })).status, 400, query)
        }
      }
    }))

  it.effect("exports CSV that a spreadsheet reads as it is and takes for no formula", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("csv")
      const audit = yield* Audit
      const subjects = [
        "plain",
        "a, \"quoted\" one",
        "two\r\nlines",
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1+1"
      ]
      for (const subject of subjects) {
        yield* audit.record({ action: "test.csv", subject, detail: { key: "va\"lue" } }).pipe(asTenant(acme))
      }
      const headers = yield* signedIn(ada)
      const answer = yield* call("GET", `${path}/export.csv?action=test.csv`, { headers })
      assert.match(answer.headers["content-type"] ?? "", /^text\/csv/)
      assert.isTrue(answer.text.endsWith("\r\n"))
      const [header, ...rows] = parseCsv(answer.text)
      assert.deepStrictEqual(header, ["at", "actor kind", "actor", "action", "subject", "detail", "ip", "request id"])
      const read = rows.reverse().map((row) => row[4])
      assert.deepStrictEqual(
        read,
        subjects.map((subject) => /^[=+\-@\t\r]/.test(subject) ? `'${subject}` : subject)
      )
      assert.isTrue(rows.every((row) => row.length === 8 && row[5] === "{\"key\":\"va\\\"lue\"}"))
    }))

  it.effect("exports all there is, the newest first, however much", () =>
    Effect.gen(function*() {
      const { acme, ada } = yield* twoTenants("all")
      const entries = 50_001
      const sql = yield* OwnerSql
      yield* sql`
        INSERT INTO audit_entry (tenant_id, id, actor, action, subject, detail)
        SELECT ${acme}, uuidv7(number * interval '1 second'), '{"kind":"system","id":null,"name":"Innkeeper"}'::jsonb,
          'test.all', number::text, '{}'::jsonb
        FROM generate_series(1, ${entries}::int) number`
      const answer = yield* call("GET", `${path}/export.csv?action=test.all`, { headers: yield* signedIn(ada) })
      const subjects = Array.from(answer.text.matchAll(/^.+,"test\.all","(\d+)",/gm), ([, subject]) => Number(subject))
      assert.deepStrictEqual(subjects, Array.from({ length: entries }, (_, index) => entries - index))
    }))

  it.effect("shows and exports a tenant's own entries alone", () =>
    Effect.gen(function*() {
      const { acme, ada, bob, globex } = yield* twoTenants("mine")
      const audit = yield* Audit
      yield* audit.record({ action: "test.mine", subject: "of acme", detail: {} }).pipe(asTenant(acme))
      yield* audit.record({ action: "test.mine", subject: "of globex", detail: {} }).pipe(asTenant(globex))
      for (const [person, own, other] of [[ada, "of acme", "of globex"], [bob, "of globex", "of acme"]] as const) {
        const headers = yield* signedIn(person)
        for (const where of [path, `${path}/export.csv`]) {
          const { text } = yield* call("GET", where, { headers })
          assert.include(text, own)
          assert.notInclude(text, other)
        }
      }
    }))
})
