/** Runs the tests and ends with one line that counts them. Arguments are Vitest's: a path, `--project unit`, `-t name`. */
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { constants, tmpdir } from "node:os"
import { join } from "node:path"
import { env, node, root } from "./node.mjs"

/** The project of a test file; see vitest.config.ts. */
const projectOf = (name) =>
  name.endsWith(".breaking.test.ts") ? "breaking" : /\.(?:e2e|browser)\.test\.ts$/.test(name) ? "e2e" : "unit"

const folder = mkdtempSync(join(tmpdir(), "innkeeper-results-"))
const results = join(folder, "results.json")
const args = process.argv.slice(2)
console.log(
  args.length === 0
    ? "Running all tests: unit (packages, tools), e2e (the server as a whole, in a browser where there is one), then breaking " +
      "(three processes under load that are killed, frozen and cut off)."
    : `Running the tests of: vitest ${args.join(" ")}`
)
console.log("They use a throw-away PostgreSQL and nothing that is installed on this machine.\n")

const vitest = spawn(node, [
  join(root, "node_modules/vitest/vitest.mjs"),
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${results}`,
  ...args
], { stdio: "inherit", cwd: root, env })
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => vitest.kill(signal))
vitest.on("exit", (code, signal) => {
  const files = existsSync(results) ? JSON.parse(readFileSync(results, "utf8")).testResults : []
  rmSync(folder, { recursive: true })
  const tests = files.flatMap(({ assertionResults, name }) => assertionResults.map(({ status }) => ({ name, status })))
  const count = (...statuses) => tests.filter(({ status }) => statuses.includes(status)).length
  // A file that does not load has no tests, and failed.
  const unloaded = files.filter(({ assertionResults, status }) => status === "failed" && assertionResults.length === 0)
  const skipped = ["pending", "skipped", "todo", "disabled"]
  if (tests.some(({ name, status }) => name.endsWith(".browser.test.ts") && skipped.includes(status))) {
    // Each version of Playwright looks for the Chromium of its own.
    const { version } = JSON.parse(readFileSync(join(root, "apps/server/node_modules/playwright-core/package.json")))
    console.log(
      "Browser tests were skipped: there is no Chromium. Debian: apt-get install chromium. " +
        `Elsewhere: npx playwright@${version} install chromium.`
    )
  }
  for (const project of ["unit", "e2e", "breaking"]) {
    const own = tests.filter(({ name }) => projectOf(name) === project)
    if (own.length === 0) continue
    console.log(`${project}: ${own.filter(({ status }) => status === "passed").length} of ${own.length} passed`)
  }
  const passed = count("passed")
  console.log(`${passed} passed, ${count("failed") + unloaded.length} failed, ${count(...skipped)} skipped`)
  process.exit(code ?? 128 + constants.signals[signal])
})
