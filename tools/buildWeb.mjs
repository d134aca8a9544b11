/** Builds the web UI into `apps/web/dist`, unless it is there already and as new as its sources. */
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fingerprint } from "./fingerprint.mjs"
import { env, node, root } from "./node.mjs"

const web = join(root, "apps/web")
const marker = join(web, "dist/.sources")
// The UI is made of its own sources, of the contracts it imports, and as this file says.
const contracts = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name, "src"))
const sources = fingerprint(web, join(root, "pnpm-lock.yaml"), import.meta.filename, ...contracts)

if (!existsSync(marker) || readFileSync(marker, "utf8") !== sources) {
  console.log("Building the web UI …")
  const { status, stdout, stderr } = spawnSync(
    node,
    [join(web, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"],
    // Whatever the environment is for: tests, too, are of what people get.
    { cwd: web, env: { ...env, NODE_ENV: "production" }, encoding: "utf8" }
  )
  if (status !== 0) {
    console.error(`${stdout}${stderr}\nThe web UI could not be built: see above.`)
    process.exit(1)
  }
  writeFileSync(marker, sources)
}
