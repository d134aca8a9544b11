import { TenantConfig } from "@innkeeper/config"
import { Schema } from "effect"
import { kubernetesObject } from "../kubernetesObject.ts"
import { digest } from "../names.ts"
import type { OwnTenant } from "../OwnTenant.ts"

/** Where the tenant's configuration is in a pod of its server. */
export const configurationFolder = "/etc/innkeeper/tenants"

const encode = Schema.encodeSync(TenantConfig)

const textOf = ({ config }: OwnTenant) => `${JSON.stringify(encode(config), null, 2)}\n`

/** The tenant's configuration as a file, which its own server enters in its registry when it starts. There is no secret in it. */
export const configuration = (tenant: OwnTenant) => {
  const { config, labels, named, namespace } = tenant
  return [
    kubernetesObject(named("configuration"), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: named("configuration"), namespace, labels },
      data: { [`${config.slug}.json`]: textOf(tenant) }
    })
  ]
}

/** The volume with it. The annotation changes with the configuration, so that other pods start, which read it anew. */
export const configurationVolume = (tenant: OwnTenant) => ({
  annotations: { "innkeeper/configuration": digest(textOf(tenant)) },
  mounts: [{ name: "configuration", mountPath: configurationFolder, readOnly: true }],
  volumes: [{ name: "configuration", configMap: { name: tenant.named("configuration") } }],
  dependsOn: [tenant.named("configuration")]
})
