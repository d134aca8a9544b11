import { kubernetesObject } from "../kubernetesObject.ts"
import type { OwnTenant } from "../OwnTenant.ts"

const folder = "/etc/innkeeper/authorities"

/** Where the certificates that RDS is checked with are in a pod. Node.js does not know them by itself. */
export const authoritiesFile = `${folder}/database.pem`

export const authoritiesOf = ({ environment, labels, named, namespace }: OwnTenant) =>
  environment.mode === "selfhosted" ? [] : [
    kubernetesObject(named("authorities"), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: named("authorities"), namespace, labels },
      data: { "database.pem": environment.databaseAuthorities }
    })
  ]

/** The volume with them, for a pod that speaks to a database with TLS. */
export const authoritiesVolume = ({ backing, named }: OwnTenant) =>
  backing.database.tls
    ? {
      mounts: [{ name: "authorities", mountPath: folder, readOnly: true }],
      volumes: [{ name: "authorities", configMap: { name: named("authorities") } }],
      dependsOn: [named("authorities")]
    }
    : { mounts: [], volumes: [], dependsOn: [] }
