/**
 * A provisioner that speaks the protocol and builds nothing: `node scriptedProvisioner.fixture.ts … FOLDER`. It does what
 * FOLDER/script.json says, and writes what it did into FOLDER/effects, once for each operation however often it is asked.
 * Tests only.
 */
import { ProvisionRequest } from "@innkeeper/config"
import { Schema } from "effect"
import { appendFileSync, existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"

/**
 * - `build`: does what it is asked
 * - `hold`: as `build`, once there is a file FOLDER/go
 * - `fail`, `refuse`: says that it has failed
 * - `fail-once`: fails, and does it when the same operation asks again
 * - `silent`: says nothing any more
 * - `garbage`: says something that is no event
 * - `crash`: ends in the middle
 * - `linger`: is done and does not end
 */
export type Script =
  | "build"
  | "hold"
  | "fail"
  | "fail-once"
  | "refuse"
  | "silent"
  | "garbage"
  | "crash"
  | "linger"

const folder = process.argv.at(-1) ?? "."
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(ProvisionRequest))

const say = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`)
const note = (file: string, line: string) => appendFileSync(join(folder, file), `${line}\n`)
const noted = (file: string) =>
  existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8").split("\n") : []

// @effect-diagnostics-next-line asyncFunction:off
const serve = async (line: string) => {
  const { action, before, config, operation, restoreFrom, service } = decode(line)
  const { slug, tier } = config as { readonly slug: string; readonly tier: string }
  const { by = {}, script } = JSON.parse(readFileSync(join(folder, "script.json"), "utf8")) as {
    readonly script: Script
    readonly by?: Readonly<Record<string, Script>>
  }
  const chosen = by[action] ?? script
  const way = chosen !== "fail-once" ? chosen : noted("failed").includes(operation) ? "build" : "fail"
  const removes = action === "destroy" || action === "preview-destroy"
  note("began", `${process.pid} ${operation} ${action} ${Object.keys(process.env).sort().join(",")}`)
  process.stderr.write("It speaks to the log as well\n")
  say({
    _tag: "Planned",
    changes: [{
      action: removes ? "delete" : before === null ? "create" : "update",
      kind: "Namespace",
      name: slug,
      fields: []
    }]
  })
  say({ _tag: "Progress", kind: "Namespace", name: slug, status: "began", done: 0, total: 1 })
  switch (way) {
    case "hold":
      while (!existsSync(join(folder, "go"))) await sleep(20)
      break
    case "silent":
      await sleep(600_000)
      break
    case "garbage":
      process.stdout.write("Updating (acme)\n")
      await sleep(600_000)
      break
    case "crash":
      process.exit(3)
      break
    case "fail":
    case "refuse":
      note("failed", operation)
      say({ _tag: "Failed", problems: ["The quota of the cluster is used up\u0000"], refused: way === "refuse" })
      process.exit(1)
  }
  const effect = [operation, action, slug, tier, service, restoreFrom ?? "-"].join(" ")
  if (!action.startsWith("preview") && !noted("effects").includes(effect)) note("effects", effect)
  say({ _tag: "Progress", kind: "Namespace", name: slug, status: "done", done: 1, total: 1 })
  say({
    _tag: "Done",
    adapter: "render",
    record: removes ? null : { slug, tier, service },
    backup: action === "backup" ? `${slug}-backup` : null,
    url: removes || service === "suspended" ? null : `https://${slug}.example.com`
  })
  if (way === "linger") await sleep(600_000)
  process.exit(0)
}

const input = createInterface({ input: process.stdin })
input.on("line", serve)
input.on("close", () => {
  note("stopped", `${process.pid}`)
  process.exit(1)
})
