/** Runs the command line with the Node of the workspace, in the folder it was called from. Arguments are its own. */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { constants } from "node:os"
import { join } from "node:path"
import { env, node, root } from "./node.mjs"

// Nothing but the command's own output may go to stdout, so nothing is installed here.
if (!existsSync(node)) {
  console.error(
    "The packages of the workspace are not installed yet: run `npm start` or `node tools/install.mjs` once."
  )
  process.exit(1)
}
const innkeeper = spawn(node, [join(root, "apps/cli/src/main.ts"), ...process.argv.slice(2)], {
  stdio: "inherit",
  // npm runs scripts in the workspace's folder and says where the person is.
  cwd: process.env.INIT_CWD ?? process.cwd(),
  env: { ...env, INNKEEPER_DATA: env.INNKEEPER_DATA ?? join(root, ".innkeeper") }
})
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => innkeeper.kill(signal))
innkeeper.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
