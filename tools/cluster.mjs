/** Starts several server processes on one database behind one address: `npm run cluster -- 3`. */
import { spawn } from "node:child_process"
import { constants } from "node:os"
import { join } from "node:path"
import "./buildWeb.mjs"
import { node, root, serverEnv } from "./node.mjs"

const cluster = spawn(node, [join(root, "apps/server/src/cluster/main.ts"), ...process.argv.slice(2)], {
  // The channel tells the cluster when this process is gone.
  stdio: ["inherit", "inherit", "inherit", "ipc"],
  env: { ...serverEnv, INNKEEPER_DATA: process.env.INNKEEPER_DATA ?? ".innkeeper/cluster" }
})
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => cluster.kill(signal))
process.on("SIGHUP", () => cluster.kill("SIGTERM"))
cluster.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
