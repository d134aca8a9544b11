/** Draws the pictures of the README anew, of a fresh server with the demonstration, into `docs/images`. */
import { spawnSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import "./buildWeb.mjs"
import { env, node, root } from "./node.mjs"

mkdirSync(join(root, "docs/images"), { recursive: true })
const { status } = spawnSync(node, [join(root, "apps/server/src/browser/pictures.ts")], { stdio: "inherit", env })
process.exit(status ?? 1)
