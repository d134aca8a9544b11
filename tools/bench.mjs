/** Runs a measurement with the Node of the workspace: the folder of `bench/`, then its own arguments. */
import { spawn } from "node:child_process"
import { constants } from "node:os"
import { join } from "node:path"
import { env, node, root } from "./node.mjs"

const [folder, ...args] = process.argv.slice(2)
const bench = spawn(node, [join(root, "bench", folder, "main.ts"), ...args], { stdio: "inherit", cwd: root, env })
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => bench.kill(signal))
bench.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
