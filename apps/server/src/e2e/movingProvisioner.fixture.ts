/**
 * A provisioner whose tenants have a data folder as their own place: `node movingProvisioner.fixture.ts … FOLDER`. It runs the
 * program that carries a tenant's data, as the job in a tenant's namespace does, in FOLDER/SLUG. FOLDER/pool.json says where
 * the shared server is, and what to do wrong. Tests only.
 */
import { ProvisionRequest } from "@innkeeper/config"
import { Schema } from "effect"
import { spawnSync } from "node:child_process"
import { appendFileSync, readFileSync, rmSync } from "node:fs"
import { homedir, tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { serverProgram } from "./process.fixture.ts"

/**
 * - `build`: does what it is asked
 * - `forget`: builds, and does not run the job
 * - `fail`: runs the job, and says that it has failed
 * - `fail-late`: removes the tenant's place, and says that it has failed
 */
export type Way = "build" | "forget" | "fail" | "fail-late"

const folder = process.argv.at(-1) ?? "."
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(ProvisionRequest))
const say = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`)
const note = (line: string) => appendFileSync(join(folder, "effects"), `${line}\n`)

const fail = (problem: string) => {
  say({ _tag: "Failed", problems: [problem], refused: false })
  process.exit(1)
}

/** Runs the program in the tenant's place; gives what it said, if it failed. */
const carry = (direction: string, slug: string, operation: string, key: string, pool: string) => {
  const [node, main] = serverProgram
  const { status, stderr, stdout } = spawnSync(node, [main, "move", direction, slug], {
    encoding: "utf8",
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin",
      HOME: homedir(),
      TMPDIR: tmpdir(),
      DEMO: "false",
      INNKEEPER_DATA: join(folder, slug),
      TENANT_CONFIG_SOURCE: "yaml",
      MOVE_URL: `${pool}/api/v1/moves/${operation}`,
      MOVE_KEY: key
    }
  })
  process.stderr.write(stdout + stderr)
  return status === 0 ? undefined : stdout + stderr
}

const serve = (line: string) => {
  const { action, config, move, operation, restoreFrom, service } = decode(line)
  const { slug, tier } = config as { readonly slug: string; readonly tier: string }
  const { pool, way } = JSON.parse(readFileSync(join(folder, "pool.json"), "utf8")) as {
    readonly pool: string
    readonly way: Way
  }
  say({ _tag: "Planned", changes: [] })
  const backup = join(folder, `${slug}.backup`)
  // With their owner, which PostgreSQL insists on.
  const copy = (from: string, to: string) => spawnSync("cp", ["-a", from, to])
  if (action === "apply" && restoreFrom !== null) copy(backup, join(folder, slug))
  if (action === "backup") copy(join(folder, slug), backup)
  if (action === "destroy") rmSync(join(folder, slug), { recursive: true, force: true })
  if (move !== undefined && action === "apply" && way !== "forget") {
    const problem = carry(move.direction, slug, operation, move.key, pool)
    if (problem !== undefined) return fail(problem)
  }
  if (!action.startsWith("preview")) note(`${operation} ${action} ${tier} ${service} ${move?.direction ?? "-"}`)
  if (way === "fail-late" && action === "destroy") return fail("The cluster is full")
  if (way === "fail" && move !== undefined) return fail("The cluster is full")
  say({
    _tag: "Done",
    adapter: "pulumi",
    record: action === "destroy" ? null : { slug, tier, service },
    backup: action === "backup" ? `operation-${operation}.dump` : null,
    url: action === "destroy" ? null : `https://${slug}.example.com`
  })
  process.exit(0)
}

const input = createInterface({ input: process.stdin })
input.on("line", serve)
input.on("close", () => process.exit(1))
