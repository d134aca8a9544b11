import { assert, layer } from "@effect/vitest"
import { pooledTenant } from "@innkeeper/testkit"
import { DateTime, Effect, Layer, Stream } from "effect"
import { randomUUID } from "node:crypto"
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { deleteExpiredArchives } from "../archive/ArchiveRetention.ts"
import { ArchiveName, ArchiveStorage } from "../archive/ArchiveStorage.ts"
import { AdminAudit } from "../console/AdminAudit.ts"
import { consoleLayer } from "../console/Console.fixture.ts"
import { get, once, operate, stateOf, succeed } from "./Lifecycle.fixture.ts"

layer(consoleLayer, { excludeTestServices: true, timeout: "60 seconds" })("the retention of archives", (it) => {
  it.effect("deletes that of an off-boarded tenant in its time, and the tenant cannot be restored any more", () =>
    Effect.gen(function*() {
      const storage = yield* ArchiveStorage
      const names = Effect.map(
        storage.list,
        (found) => found.map((name) => name.slice(0, name.indexOf("."))).toSorted()
      )
      for (const slug of ["ended", "waiting"]) yield* succeed(slug, { kind: "create", config: pooledTenant(slug) })
      yield* succeed("ended", { kind: "offboard", retentionDays: 0 })
      yield* operate("waiting", { kind: "offboard" })
      yield* once("waiting", "waiting")
      assert.deepStrictEqual(yield* names, ["ended", "waiting"])

      const possible = Effect.map(get("ended"), ({ json }) => json.possible)
      assert.deepStrictEqual(yield* possible, ["restore"])
      const now = yield* DateTime.now
      assert.strictEqual(yield* deleteExpiredArchives(90, DateTime.add(now, { days: 89 })), 0)
      assert.strictEqual(yield* deleteExpiredArchives(90, DateTime.add(now, { days: 91 })), 1)
      assert.deepStrictEqual(yield* names, ["waiting"])
      const [entry] = yield* (yield* AdminAudit).list({ limit: 1 })
      assert.strictEqual(entry?.action, "tenant.archive.deleted")
      assert.include(JSON.stringify(entry?.detail), "\"slug\":\"ended\"")

      assert.deepStrictEqual(yield* possible, [])
      const { json, status } = yield* operate("ended", { kind: "restore" })
      assert.strictEqual(status, 409)
      assert.include(`${json.detail}`, "archive was deleted")
      assert.strictEqual(yield* stateOf("ended"), "offboarded")
      yield* succeed("waiting", { kind: "restore" })
    }))

  it.effect("leaves what is no tenant's of this installation", () =>
    Effect.gen(function*() {
      const storage = yield* ArchiveStorage
      const [known] = yield* storage.list
      const name = ArchiveName.make(`another.${known?.split(".").slice(1).join(".")}`)
      yield* storage.write(name, Stream.orDie(storage.read(known!)))
      assert.strictEqual(yield* deleteExpiredArchives(1, DateTime.add(yield* DateTime.now, { days: 900 })), 1)
      assert.deepStrictEqual(yield* storage.list, [name])
      yield* storage.remove(name)
      yield* storage.remove(name)
    }))

  it.effect("deletes what a process that was killed left unfinished, a day later", () =>
    Effect.gen(function*() {
      const folder = mkdtempSync(join(tmpdir(), "archives-"))
      const storage = yield* Layer.build(ArchiveStorage.folder(folder))
      const left = `.acme.20260101T000000Z.01234567.jsonl.gz.${randomUUID()}`
      for (const name of [left, ".else", "acme.txt"]) writeFileSync(join(folder, name), "half")
      const names = Effect.sync(() => readdirSync(folder).toSorted())
      const now = yield* DateTime.now
      const retain = (hours: number) =>
        Effect.provideContext(deleteExpiredArchives(1, DateTime.add(now, { hours })), storage)
      yield* retain(23)
      assert.deepStrictEqual(yield* names, [left, ".else", "acme.txt"].toSorted())
      yield* retain(25)
      assert.deepStrictEqual(yield* names, [".else", "acme.txt"])
      rmSync(folder, { recursive: true })
    }).pipe(Effect.scoped))
})
