import { deployTenant } from "@innkeeper/infrastructure"
import * as pulumi from "@pulumi/pulumi"
import { Effect } from "effect"
import { environmentInput, tenantInput } from "./Tenants.ts"

const project = "innkeeper"
const secrets = [
  "databaseUser",
  "databasePassword",
  "cacheUrl",
  "smtpUrl",
  "sealingSecret",
  "backupAccessKey",
  "backupSecretKey"
]

/** Previews a tenant with Pulumi's own mocks in place of an engine: how many resources it registers. */
export const preview = (index: number) =>
  Effect.promise(() => {
    const config = tenantInput(index)
    let registered = 0
    const mocks: pulumi.runtime.Mocks = {
      newResource: ({ inputs }) => {
        registered += 1
        return { id: undefined, state: inputs }
      },
      call: ({ inputs }) => inputs
    }
    return pulumi.runtime.setMocks(mocks, project, config.slug, true).then(() => {
      const keys = secrets.map((key) => `${project}:${key}`)
      pulumi.runtime.setAllConfig(Object.fromEntries(keys.map((key) => [key, "s".repeat(32)])), keys)
      deployTenant(config, environmentInput)
      return pulumi.runtime.disconnect()
    }).then(() => registered)
  })
