import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** The folder of the workspace. */
export const root = fileURLToPath(new URL("..", import.meta.url))

/** The Node of the workspace, itself: pnpm's link to it is a shell script that would keep signals from it. */
export const node = join(root, "node_modules/node/bin/node")

/** The environment in which `node` is that one, and the tools of the workspace are found. */
export const env = {
  ...process.env,
  PATH: [dirname(node), join(root, "node_modules/.bin"), process.env.PATH].join(delimiter)
}
