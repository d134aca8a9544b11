import { dirname, relative } from "node:path"

/** Gives every package the targets `check` and `test`, so that no package repeats them. */
export const name = "innkeeper-targets"

const inputs = ["default", "^default", "{workspaceRoot}/pnpm-lock.yaml", "{workspaceRoot}/tsconfig.base.json"]

export const createNodesV2 = [
  "*/**/tsconfig.json",
  (files) =>
    files.map((file) => {
      const root = dirname(file)
      const target = (command, cwd) => ({ command, options: { cwd } })
      return [file, {
        projects: {
          [root]: {
            root,
            // The only one without a manifest that would name it.
            ...(root === "tools" && { name: "tools" }),
            targets: {
              // The compiler of the workspace, also for a package that has another version for its own tools.
              check: {
                ...target(`$(cd ${relative(root, ".")} && effect-tsgo get-exe-path) -p tsconfig.json`, root),
                cache: true,
                inputs
              },
              // Never from a cache: tests look at documents, workflows and the sources of others, too.
              test: target(`vitest run --root . ${root}`, ".")
            }
          }
        }
      }]
    })
]
