/** Starts the server with the Node of the workspace, after building the web UI where its sources have changed. */
import { spawn } from "node:child_process"
import { constants } from "node:os"
import { join } from "node:path"
import "./buildWeb.mjs"
import { node, root, serverEnv } from "./node.mjs"

const server = spawn(node, [join(root, "apps/server/src/main.ts"), ...process.argv.slice(2)], {
  stdio: "inherit",
  env: serverEnv
})
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.kill(signal))
process.on("SIGHUP", () => server.kill("SIGTERM"))
server.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
