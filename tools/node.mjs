import { existsSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** The folder of the workspace. */
export const root = fileURLToPath(new URL("..", import.meta.url))

/** The Node of the workspace, itself: pnpm's link to it is a shell script that would keep signals from it. */
export const node = join(root, "node_modules/node/bin/node")

const provision = join(root, "infrastructure/src/programs/provision.ts")

/** Tenants with pods of their own are worked out and shown, where the program that does it is. */
const provisioner = existsSync(provision)
  ? {
    PROVISIONER: "render",
    PROVISIONER_PROGRAM: provision,
    PROVISIONER_ENVIRONMENT: join(root, "infrastructure/environments/kind/environment.yaml")
  }
  : {}

/** The environment in which `node` is that one and keeps what it compiled, and the tools of the workspace are found. */
export const env = {
  NODE_COMPILE_CACHE: join(root, "node_modules/.compile-cache"),
  ...process.env,
  PATH: [dirname(node), join(root, "node_modules/.bin"), process.env.PATH].join(delimiter)
}

/** The environment of the server on a machine of people who look at it or work on it. What is set already stays. */
export const serverEnv = { ...provisioner, ...env }
