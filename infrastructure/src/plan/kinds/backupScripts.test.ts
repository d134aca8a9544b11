import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterRestore } from "../database/afterRestore.ts"
import { dumpScript } from "./backup.ts"
import { restoreScript } from "./restore.ts"

/** Runs a script with programs that stand for PostgreSQL's: each notes its call and does what its text says. */
const run = (
  script: string,
  programs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {}
) => {
  const folder = mkdtempSync(join(tmpdir(), "innkeeper-scripts-"))
  try {
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >> ${folder}/calls\n${text}\n`)
      chmodSync(join(folder, name), 0o755)
    }
    const { status, stderr, stdout } = spawnSync("sh", ["-c", script.replaceAll("/backup", folder)], {
      encoding: "utf8",
      env: { PATH: `${folder}:/usr/bin:/bin`, FOLDER: folder, ...env }
    })
    const calls = existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8") : ""
    return { status, stdout, stderr, calls: calls.replaceAll(folder, "/backup").trim().split("\n") }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const restoring = { NAME: "operation-1.dump", OWNER: "tenant_acme_owner", PGDATABASE: "tenant_acme" }

describe("the script that restores", () => {
  /** Knows how many relations there are and what the database's comment is, and keeps the statements that it reads. */
  const psql = (relations: number, comment = "") =>
    `case "$*" in
*pg_class*) echo ${relations} ;;
*shobj_description*) echo ${comment} ;;
*--file=-*) cat > "$FOLDER/statements"; ( echo "psql reads:"; cat "$FOLDER/statements" ) >> "$FOLDER/calls" ;;
esac`
  const restorations = (calls: ReadonlyArray<string>) => calls.filter((call) => call.startsWith("pg_restore"))
  const follows = (calls: ReadonlyArray<string>) => calls.join("\n").includes(afterRestore.trim())

  it("fills an empty database in one transaction, as its owner", () => {
    const { calls, status } = run(restoreScript, { psql: psql(0), pg_restore: "" }, restoring)
    assert.strictEqual(status, 0)
    assert.deepStrictEqual(restorations(calls), [
      "pg_restore --exit-on-error --single-transaction --no-password --no-owner --role=tenant_acme_owner " +
      "--dbname=tenant_acme /backup/operation-1.dump"
    ])
  })

  it("puts events in order afterwards, as the owner too, and also when an earlier run came no further than the rows", () => {
    for (const program of [psql(0), psql(1, "restoring")]) {
      const { calls, status } = run(restoreScript, { psql: program, pg_restore: "" }, restoring)
      assert.strictEqual(status, 0)
      assert.isTrue(follows(calls))
      assert.match(calls.at(-1) ?? "", /COMMENT ON DATABASE "tenant_acme" IS NULL$/)
    }
  })

  it("leaves a database alone in which there is anything", () => {
    const { calls, status } = run(restoreScript, { psql: psql(1), pg_restore: "" }, restoring)
    assert.strictEqual(status, 0)
    assert.deepStrictEqual(restorations(calls), [])
    assert.isFalse(follows(calls))
  })

  it("fails when it cannot ask, when the restoration fails, and when what follows it does", () => {
    const failing = psql(0).replace("cat >", "exit 3; cat >")
    assert.notStrictEqual(run(restoreScript, { psql: "exit 2", pg_restore: "" }, restoring).status, 0)
    assert.notStrictEqual(run(restoreScript, { psql: psql(0), pg_restore: "exit 1" }, restoring).status, 0)
    assert.notStrictEqual(run(restoreScript, { psql: failing, pg_restore: "" }, restoring).status, 0)
  })
})

describe("the script that dumps", () => {
  const programs = { pg_dump: "", pg_restore: "", sleep: "" }

  it("names the dump as it is asked, or by the time, and reads it once", () => {
    const asked = run(dumpScript, { ...programs, psql: "exit 1" }, { NAME: "operation-1.dump" })
    assert.strictEqual(asked.status, 0)
    assert.deepStrictEqual(asked.calls, [
      "pg_dump --format=custom --no-password --file=/backup/operation-1.dump",
      "pg_restore --list /backup/operation-1.dump"
    ])
    const nightly = run(dumpScript, { ...programs, psql: "exit 1" })
    assert.match(nightly.calls[0] ?? "", /--file=\/backup\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.dump$/)
  })

  it("waits until nobody works in the database, and fails when somebody goes on", () => {
    const leaves = `if [ -f "$FOLDER/seen" ]; then echo 0; else touch "$FOLDER/seen"; echo 2; fi`
    const asked = { NAME: "operation-1.dump", IDLE: "true" }
    const waited = run(dumpScript, { ...programs, psql: leaves }, asked)
    assert.strictEqual(waited.status, 0)
    assert.deepStrictEqual(waited.calls.map((call) => call.split(" ")[0]), [
      "psql",
      "sleep",
      "psql",
      "pg_dump",
      "pg_restore"
    ])
    const stays = run(dumpScript, { ...programs, psql: "echo 1" }, asked)
    assert.strictEqual(stays.status, 1)
    assert.match(stays.stderr, /Somebody still works in the database/)
    assert.isFalse(stays.calls.some((call) => call.startsWith("pg_dump")))
  })

  it("fails when the dump does, or cannot be read", () => {
    assert.notStrictEqual(run(dumpScript, { ...programs, psql: "", pg_dump: "exit 1" }).status, 0)
    assert.notStrictEqual(run(dumpScript, { ...programs, psql: "", pg_restore: "exit 1" }).status, 0)
  })
})
