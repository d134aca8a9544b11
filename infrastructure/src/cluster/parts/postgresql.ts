import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import type { Selfhosted } from "../../plan/PlanEnvironment.ts"
import { containerSecurity, fromSecret, podSecurity, users } from "../../plan/pod.ts"
import { postgresMounts, postgresProbes, postgresVolumes } from "../../plan/postgresPod.ts"
import { type ClusterInput, part } from "../ClusterPart.ts"
import { memoryOf, sized } from "../sized.ts"
import { clusterNamespace, namespaceName } from "./namespaces.ts"
import { serviceOf } from "./serviceOf.ts"
import { storePolicies } from "./storePolicies.ts"
import { volume } from "./volume.ts"

/** MiB. */
const memory = 4096

/** The PostgreSQL that the isolated tenants and the pool share, with the login that the tenants' database jobs use. */
export const postgresql = (input: ClusterInput<Selfhosted>, ready: ReadonlyArray<string>) => {
  const { environment, labels, named, settings } = input
  const { host, labels: selector, namespace, port } = environment.database
  const name = serviceOf(host)
  const metadata = { name, namespace, labels: { ...labels, ...selector } }
  const inNamespace = { dependsOn: [namespaceName(input, namespace)] }
  return part({
    secrets: [{
      name: named("postgresql-secrets"),
      objectName: name,
      namespace,
      labels,
      values: {
        POSTGRES_USER: [{ from: "configuration", key: "databaseUser" }],
        POSTGRES_PASSWORD: [{ from: "configuration", key: "databasePassword" }]
      },
      ...inNamespace,
      protect: false
    }],
    objects: [
      clusterNamespace(input, namespace, "restricted"),
      ...storePolicies(input, namespace, port),
      volume(input, { name: "postgresql-volume", namespace, size: settings.storage.database, ready }),
      kubernetesObject(named("postgresql-service"), {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: { selector: { ...selector }, ports: [{ name: "postgresql", port, targetPort: "postgresql" }] }
      }, inNamespace),
      kubernetesObject(named("postgresql"), {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata,
        spec: {
          replicas: 1,
          serviceName: name,
          selector: { matchLabels: { ...selector } },
          template: {
            metadata: { labels: { ...labels, ...selector } },
            spec: {
              ...podSecurity(users.postgres),
              terminationGracePeriodSeconds: 120,
              containers: [{
                name: "postgresql",
                image: environment.images.postgres,
                args: [
                  "-c",
                  `port=${port}`,
                  "-c",
                  "max_connections=1000",
                  "-c",
                  `shared_buffers=${Math.floor(memoryOf(settings, memory) / 4)}MB`
                ],
                env: fromSecret(name, ["POSTGRES_USER", "POSTGRES_PASSWORD"]),
                ports: [{ name: "postgresql", containerPort: port }],
                resources: sized(settings, { cpu: 2000, memory }),
                securityContext: containerSecurity,
                ...postgresProbes(),
                volumeMounts: postgresMounts()
              }],
              volumes: postgresVolumes(named("postgresql-volume"), memoryOf(settings, memory))
            }
          }
        }
      }, { dependsOn: [named("postgresql-volume"), named("postgresql-secrets")], protect: true })
    ]
  })
}
