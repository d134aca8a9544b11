import { Effect, FileSystem } from "effect"
import { dirname, join } from "node:path"
import { parse, stringify } from "yaml"
import { tenantProgram } from "../../preview/previewTenant.ts"
import { ProvisionFailed } from "../ProvisionFailed.ts"

/** Encrypted configuration of a stack that has no file of its own. No slug has an underscore. */
const common = "_tenant.yaml"

/**
 * A folder that Pulumi's CLI works in: the project, with its program where it is, and the stack's configuration with its
 * encrypted secrets. It is gone with the scope; the files that it is made from are not touched.
 *
 * `secrets` is a folder with `STACK.yaml`, or `_tenant.yaml` for stacks without one, as `pulumi config` writes them.
 */
export const stackFiles = Effect.fnUntraced(function*(stack: string, secrets: string) {
  const fs = yield* FileSystem.FileSystem
  const program = dirname(tenantProgram.file)
  const folder = yield* Effect.orDie(fs.makeTempDirectoryScoped({ prefix: "innkeeper-stack-" }))
  const project = parse(yield* Effect.orDie(fs.readFileString(join(program, "Pulumi.yaml"))))
  yield* Effect.orDie(
    fs.writeFileString(join(folder, "Pulumi.yaml"), stringify({ ...project, main: join(program, project.main) }))
  )
  const read = (name: string) => fs.readFileString(join(secrets, name))
  const configuration = yield* read(`${stack}.yaml`).pipe(
    Effect.catch(() => read(common)),
    Effect.mapError(() =>
      new ProvisionFailed({
        problems: [`The folder ${secrets} has neither ${stack}.yaml nor ${common} with the secrets of the stack.`],
        refused: true
      })
    )
  )
  yield* Effect.orDie(fs.writeFileString(join(folder, `Pulumi.${stack}.yaml`), configuration, { mode: 0o600 }))
  return folder
})
