import type { ProvisionRequest } from "@innkeeper/config"
import { Effect, FileSystem } from "effect"
import type { Plan } from "../plan/Plan.ts"

/** A folder with the tenant's configuration as its program reads it, which nobody else may read, and gone with the scope. */
export const writeTenant = Effect.fnUntraced(
  function*({ config }: ProvisionRequest, { stack }: Plan) {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-" })
    // JSON is YAML.
    yield* fs.writeFileString(`${folder}/${stack}.yaml`, JSON.stringify(config))
    return folder
  },
  Effect.orDie
)
