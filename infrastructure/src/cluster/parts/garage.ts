import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import { digest } from "../../plan/names.ts"
import type { Selfhosted } from "../../plan/PlanEnvironment.ts"
import { containerSecurity, fromSecret, podSecurity } from "../../plan/pod.ts"
import { type ClusterInput, part } from "../ClusterPart.ts"
import { sized } from "../sized.ts"
import { images } from "../versions.ts"
import { garageJob } from "./garageJob.ts"
import { clusterNamespace, namespaceName } from "./namespaces.ts"
import { serviceOf } from "./serviceOf.ts"
import { storePolicies } from "./storePolicies.ts"
import { volume } from "./volume.ts"

const user = 10_001

/** Where Garage is told what to do, inside its namespace only. */
const adminPort = 3903

const configurationOf = (port: number, region: string) =>
  `metadata_dir = "/var/lib/garage/meta"
data_dir = "/var/lib/garage/data"
db_engine = "lmdb"
replication_factor = 1
rpc_bind_addr = "0.0.0.0:3901"
rpc_public_addr = "127.0.0.1:3901"

[s3_api]
s3_region = "${region}"
api_bind_addr = "0.0.0.0:${port}"

[admin]
api_bind_addr = "0.0.0.0:${adminPort}"
`

/** Garage, which holds the backups of the tenants, on one node: Longhorn keeps the copies. */
export const garage = (input: ClusterInput<Selfhosted>, ready: ReadonlyArray<string>) => {
  const { environment, labels, named, settings } = input
  const { host, labels: selector, namespace, port, region } = environment.backup
  const name = serviceOf(host)
  const configuration = configurationOf(port, region)
  const metadata = { name, namespace, labels: { ...labels, ...selector } }
  const inNamespace = { dependsOn: [namespaceName(input, namespace)] }
  const rpc = named("garage-rpc")
  const probe = { tcpSocket: { port: "admin" } }
  return part({
    cloud: [{
      name: rpc,
      type: "random:index/randomBytes:RandomBytes",
      inputs: { length: 32 },
      references: {},
      dependsOn: [],
      protect: false
    }],
    secrets: [{
      name: named("garage-secrets"),
      objectName: name,
      namespace,
      labels,
      values: {
        GARAGE_RPC_SECRET: [{ from: "resource", name: rpc, output: "hex" }],
        GARAGE_ADMIN_TOKEN: [{ from: "password", name: named("garage-admin-token") }],
        ACCESS_KEY: [{ from: "configuration", key: "backupAccessKey" }],
        SECRET_KEY: [{ from: "configuration", key: "backupSecretKey" }]
      },
      ...inNamespace,
      protect: false
    }],
    objects: [
      clusterNamespace(input, namespace, "restricted"),
      ...storePolicies(input, namespace, port),
      volume(input, { name: "garage-volume", namespace, size: settings.storage.backup, ready }),
      kubernetesObject(named("garage-configuration"), {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata,
        data: { "garage.toml": configuration }
      }, inNamespace),
      kubernetesObject(named("garage-service"), {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: {
          selector: { ...selector },
          ports: [{ name: "s3", port, targetPort: "s3" }, { name: "admin", port: adminPort, targetPort: "admin" }]
        }
      }, inNamespace),
      kubernetesObject(named("garage"), {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata,
        spec: {
          replicas: 1,
          serviceName: name,
          selector: { matchLabels: { ...selector } },
          template: {
            metadata: { labels: { ...labels, ...selector, "innkeeper/configuration": digest(configuration) } },
            spec: {
              ...podSecurity(user),
              containers: [{
                name: "garage",
                image: images.garage,
                command: ["/garage", "-c", "/etc/garage/garage.toml", "server"],
                env: fromSecret(name, ["GARAGE_RPC_SECRET", "GARAGE_ADMIN_TOKEN"]),
                ports: [{ name: "s3", containerPort: port }, { name: "admin", containerPort: adminPort }],
                resources: sized(settings, { cpu: 500, memory: 1024 }),
                securityContext: containerSecurity,
                // Its own health is bad until the job below has given it a layout.
                livenessProbe: { ...probe, periodSeconds: 10 },
                readinessProbe: { ...probe, periodSeconds: 5 },
                volumeMounts: [
                  { name: "configuration", mountPath: "/etc/garage", readOnly: true },
                  { name: "data", mountPath: "/var/lib/garage" }
                ]
              }],
              volumes: [
                { name: "configuration", configMap: { name } },
                { name: "data", persistentVolumeClaim: { claimName: named("garage-volume") } }
              ]
            }
          }
        }
      }, {
        dependsOn: [named("garage-volume"), named("garage-secrets"), named("garage-configuration")],
        protect: true
      }),
      garageJob(input, { adminUrl: `http://${name}:${adminPort}`, user })
    ]
  })
}
