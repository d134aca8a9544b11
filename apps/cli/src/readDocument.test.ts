import { NodeFileSystem } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { readDocument } from "./readDocument.ts"

/** What is said about a file with this text, with the file's folder left out. */
const complaints = Effect.fnUntraced(function*(text: string | Uint8Array) {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped()
  const file = join(folder, "inn.yaml")
  yield* files.writeFile(file, typeof text === "string" ? new TextEncoder().encode(text) : text)
  const { message } = yield* Effect.flip(readDocument(file))
  return message.replaceAll(`${folder}/`, "").split("\n")
})

layer(NodeFileSystem.layer)("readDocument", (it) => {
  it.effect("reads the demonstration", () =>
    Effect.gen(function*() {
      const demo = fileURLToPath(new URL("../../../demo/demo.yaml", import.meta.url))
      const { document } = yield* readDocument(demo)
      assert.strictEqual(document.tenant.slug, "lakeside")
    }))

  it.effect("names line, path and expectation of everything that is wrong", () =>
    Effect.gen(function*() {
      const text = [
        "tenant:",
        "  slug: A b",
        "  name: Inn",
        "  timezone: UTC",
        "users:",
        "  - email: nope",
        "    name: Ada",
        "    role: boss",
        "  - { email: ben@example.com, name: Ben }",
        "schedules:",
        "  - name: Nights",
        "    timeZone: Europe/Berlim",
        "    layers: []"
      ]
      assert.sameMembers(yield* complaints(text.join("\n")), [
        "inn.yaml:2: tenant.slug: expected 1 to 40 lower-case letters, digits and hyphens, not starting or ending with a hyphen, got \"A b\"",
        "inn.yaml:4: tenant.timezone: expected no such field",
        "inn.yaml:6: users[0].email: expected an email address such as ada@example.com, got \"nope\"",
        "inn.yaml:8: users[0].role: expected \"admin\" | \"responder\" | \"observer\", got \"boss\"",
        "inn.yaml:9: users[1].role: expected a value, got none",
        "inn.yaml:12: schedules[0].timeZone: expected an IANA time zone such as Europe/London, got \"Europe/Berlim\""
      ])
    }))

  it.effect("reads JSON", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* complaints("{\n  \"tenant\": { \"slug\": \"inn\",\n    \"name\": 3 }\n}"), [
        "inn.yaml:3: tenant.name: expected string, got 3"
      ])
    }))

  it.effect("names the line at which a text stops being YAML", () =>
    Effect.gen(function*() {
      const [complaint] = yield* complaints("tenant:\n  slug: inn\n  slug: out\n")
      assert.match(complaint!, /^inn\.yaml:3: expected YAML or JSON: Map keys must be unique/)
    }))

  it.effect("says of an empty file what it expected", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* complaints(""), ["inn.yaml:1: (document): expected object, got null"])
    }))

  it.effect("refuses what is not UTF-8, and takes a byte order mark", () =>
    Effect.gen(function*() {
      const text = "tenant: { slug: inn, name: Jörg }\n"
      for (const bytes of [Buffer.from(text, "latin1"), Buffer.from(`\uFEFF${text}`, "utf16le")]) {
        assert.deepStrictEqual(yield* complaints(bytes), ["inn.yaml: expected UTF-8"])
      }
      const files = yield* FileSystem.FileSystem
      const file = join(yield* files.makeTempDirectoryScoped(), "inn.yaml")
      yield* files.writeFileString(file, `\uFEFF${text}`)
      assert.strictEqual((yield* readDocument(file)).document.tenant.name, "Jörg")
    }))

  it.effect("refuses a text that unfolds without end", () =>
    Effect.gen(function*() {
      const levels = Array.from({ length: 12 }, (_, level) =>
        `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`)}]`)
      const [complaint] = yield* complaints(["l0: &l0 [x]", ...levels].join("\n"))
      assert.match(complaint!, /^inn\.yaml:1: expected YAML or JSON: .*alias/i)
    }))

  it.effect("refuses more than one document, and a folder", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* complaints("tenant: {}\n---\ntenant: {}\n"), [
        "inn.yaml:2: expected one document, found another behind ---"
      ])
      const { message } = yield* Effect.flip(readDocument(import.meta.dirname))
      assert.strictEqual(message, `${import.meta.dirname}: expected a file, found a folder`)
    }))

  it.effect("says that there is no such file", () =>
    Effect.gen(function*() {
      const { message } = yield* Effect.flip(readDocument("/nowhere/inn.yaml"))
      assert.strictEqual(message, "/nowhere/inn.yaml: expected a file, found none")
    }))
})
