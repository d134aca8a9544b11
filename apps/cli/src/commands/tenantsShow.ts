import { TenantConfig } from "@innkeeper/config"
import { TenantDetail } from "@innkeeper/platform/api"
import { Effect, Schema } from "effect"
import { Command } from "effect/cli"
import { stringify } from "yaml"
import { calling, jsonFlag, printing } from "../operator.ts"
import { slugArgument } from "./slugArgument.ts"

const print = printing(TenantDetail)
const encode = Schema.encodeSync(TenantConfig)

/** The configuration as a file that can be imported, under a line about the tenant. */
const asFile = ({ config, id, slug, source, state, tier, version }: TenantDetail): string => {
  const head = `# ${slug}: ${tier}, ${state}, version ${version}${source === "yaml" ? " from a file" : ""}, id ${id}`
  return config === null
    ? `${head}\n# No configuration was entered yet.`
    : `${head}\n${stringify(encode(config)).trimEnd()}`
}

export const tenantsShow = Command.make(
  "show",
  {
    slug: slugArgument,
    json: jsonFlag
  },
  ({ json, slug }) =>
    Effect.flatMap(
      calling((client) => client.tenants.get({ params: { slug } })),
      (tenant) => print(tenant, json, asFile)
    )
).pipe(Command.withDescription("A tenant's configuration, as a file that can be imported"))
