import type { ProvisionEvent } from "@innkeeper/config"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { getCompileCacheDir } from "node:module"
import { fileURLToPath } from "node:url"
import { tenantInput } from "./tenants.fixture.ts"

const program = fileURLToPath(new URL("../programs/provision.ts", import.meta.url))

/** A request as the lifecycle sends it. */
export const requestOf = (changes: Readonly<Record<string, unknown>> = {}) => ({
  operation: "0193a0c0-0000-7000-8000-000000000001",
  action: "apply",
  config: tenantInput("isolated", "selfhosted"),
  service: "active",
  restoreFrom: null,
  before: null,
  ...changes
})

/** How the process ended, with every line that it printed. */
export interface Served {
  readonly code: number | null
  readonly lines: ReadonlyArray<string>
  readonly log: string
}

/** The events among the lines; a line that is none is a defect. */
export const eventsOf = ({ lines }: Served): ReadonlyArray<ProvisionEvent> => lines.map((line) => JSON.parse(line))

export const lastOf = (served: Served): ProvisionEvent => eventsOf(served).at(-1)!

interface Serving {
  readonly args: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** What is written on the standard input, without the end of the line. */
  readonly input: string
  /** Closes the standard input when this text has come, at once if it is empty; without it, it stays open. */
  readonly closeAt?: string
}

const path = "/usr/local/bin:/usr/bin:/bin"

/** Runs the provisioner's program as the lifecycle does, and waits for its end. */
export const serve = ({ args, closeAt, env, input }: Serving) =>
  Effect.callback<Served>((resume) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { PATH: path, HOME: "/nowhere", NODE_COMPILE_CACHE: getCompileCacheDir() ?? "", ...env }
    })
    let output = ""
    let log = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
      if (closeAt !== undefined && closeAt !== "" && output.includes(closeAt)) child.stdin.end()
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text))
    child.stdin.on("error", () => {})
    child.stdin.write(`${input}\n`)
    if (closeAt === "") child.stdin.end()
    child.on("close", (code) => resume(Effect.succeed({ code, lines: output.split("\n").filter(Boolean), log })))
    return Effect.sync(() => void child.kill("SIGKILL"))
  })
