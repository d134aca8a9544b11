import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { matchesGlob } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const linesOf = (file: string) =>
  readFileSync(`${root}${file}`, "utf8").split("\n").filter((line) => line !== "" && !line.startsWith("#"))

/** Whether `.dockerignore` leaves a file in the build's context: the last line that names it or a folder above it decides. */
const inContext = (file: string) => {
  const decides = linesOf(".dockerignore").findLast((line) => {
    const pattern = line.replace(/^!/, "")
    return matchesGlob(file, pattern) || matchesGlob(file, `${pattern}/**`)
  })
  return decides === undefined || decides.startsWith("!")
}

/** What the image's first stage takes from the workspace by name. */
const copied = linesOf("Dockerfile")
  .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
  .flatMap((line) => line.split(" ").slice(1, -1))
  .filter((source) => source !== ".")

it("the image's build finds every file that it copies", () => {
  assert.isAbove(copied.length, 10)
  const missing = copied.filter((source) => !globSync(`${source}{,/*}`, { cwd: root }).some(inContext))
  assert.deepStrictEqual(missing, [])
})

it("the image's build copies what every package of the workspace needs to be installed", () => {
  const manifests = globSync(
    ["package.json", "{apps,packages}/*/package.json", "{bench,infrastructure}/package.json"],
    { cwd: root }
  )
  assert.deepStrictEqual(
    ["pnpm-lock.yaml", "pnpm-workspace.yaml", "patches", ...manifests].filter((file) => !copied.includes(file)),
    []
  )
})

/** The exit code of what the image's health check runs, where the server was told this port. */
const checkHealth = (port: number) =>
  Effect.callback<number | null>((resume) => {
    const [, check = "[]"] = /^HEALTHCHECK .* CMD (\[.*\])$/m.exec(readFileSync(`${root}Dockerfile`, "utf8")) ?? []
    const [, ...args] = JSON.parse(check)
    spawn(process.execPath, args, { env: { PORT: String(port) } }).once("exit", (code) => resume(Effect.succeed(code)))
  })

it.live("the image's health check asks the port that the server was told", () =>
  Effect.gen(function*() {
    const server = createServer(({ url }, response) => response.writeHead(url === "/health/live" ? 200 : 404).end())
    yield* Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void)))
    const { port } = server.address() as AddressInfo
    assert.strictEqual(yield* checkHealth(port), 0)
    server.close()
    server.closeAllConnections()
    assert.strictEqual(yield* checkHealth(port), 1)
  }))
