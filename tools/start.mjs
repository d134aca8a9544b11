/** Starts the server with the Node of the workspace, after building the web UI where its sources have changed. */
import { spawn, spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { constants } from "node:os"
import { join } from "node:path"
import { fingerprint } from "./fingerprint.mjs"
import { env, node, root } from "./node.mjs"

buildWeb()
const server = spawn(node, [join(root, "apps/server/src/main.ts"), ...process.argv.slice(2)], {
  stdio: "inherit",
  env
})
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal))
process.on("SIGHUP", () => server.kill("SIGTERM"))
server.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))

/** The web UI is made of its own sources and of the contracts it imports. */
function buildWeb() {
  const web = join(root, "apps/web")
  const marker = join(web, "dist/.sources")
  const contracts = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name, "src"))
  const sources = fingerprint(web, join(root, "pnpm-lock.yaml"), ...contracts)
  if (existsSync(marker) && readFileSync(marker, "utf8") === sources) return

  console.log("Building the web UI …")
  const { status, stdout, stderr } = spawnSync(
    node,
    [join(web, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"],
    { cwd: web, env, encoding: "utf8" }
  )
  if (status !== 0) {
    console.error(`${stdout}${stderr}\nThe web UI could not be built: see above.`)
    process.exit(1)
  }
  writeFileSync(marker, sources)
}
