import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { programFolder } from "../Program.ts"

/** Builds the web UI of now, once, before the servers of the tests show it. Vitest calls it before the tests. */
export default () => {
  const { status } = spawnSync(process.execPath, [join(programFolder, "tools/buildWeb.mjs")], { stdio: "inherit" })
  if (status !== 0) throw new Error("The web UI could not be built: see above.")
}
