/** Installs the workspace as its lockfile says, unless it is. Runs on Node 20, before there is any dependency. */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { fingerprint } from "./fingerprint.mjs"
import { root } from "./node.mjs"

process.chdir(root)

const marker = "node_modules/.installed"
const wanted = `${fingerprint("pnpm-lock.yaml", "pnpm-workspace.yaml")} ${process.platform} ${process.arch}`

if (!existsSync(marker) || readFileSync(marker, "utf8") !== wanted) {
  console.log("Installing the packages that pnpm-lock.yaml names, into node_modules …")
  const { status } = spawnSync("npx", [
    "--yes",
    "pnpm@10.34.8",
    "install",
    "--frozen-lockfile",
    "--prefer-offline",
    "--config.confirm-modules-purge=false"
  ], { stdio: "inherit" })
  if (status !== 0) {
    console.error(
      "The packages could not be installed: see above, check that npm's registry can be reached, and try again."
    )
    process.exit(1)
  }
  writeFileSync(marker, wanted)
}
