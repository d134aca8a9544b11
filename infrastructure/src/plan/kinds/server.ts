import type { ITopologySpreadConstraint } from "kubernetes-models/v1"
import { kubernetesObject } from "../kubernetesObject.ts"
import { selectorOf } from "../labels.ts"
import { isServed, type OwnTenant } from "../OwnTenant.ts"
import { containerSecurity, fromSecret, literals, podSecurity, resourcesOf, scratch, users } from "../pod.ts"
import { runnerPort, serverPort } from "../ports.ts"
import type { ServerEnvironment } from "../serverEnvironment.ts"
import { maxSurge } from "../Sizing.ts"
import { authoritiesVolume } from "./authorities.ts"
import { configurationVolume } from "./configuration.ts"
import { priorityName } from "./priority.ts"

/** Seconds in which a stopping server hands its shards over, after the ingress has had time to forget it. */
const graceSeconds = 60
const drainSeconds = 5

/**
 * None of its servers runs. The number of replicas is a field that the autoscaler has written, and Pulumi takes a field from
 * somebody else with this annotation alone.
 * Source: https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
const stopped = { metadata: { annotations: { "pulumi.com/patchForce": "true" } }, spec: { replicas: 0 } }

/**
 * The deployment of the server, which comes after the jobs that make its database. How many there are is the autoscaler's
 * business, so it names no number of replicas unless there are to be none.
 */
export const server = (tenant: OwnTenant, environment: ServerEnvironment, jobs: ReadonlyArray<string>) => {
  const { config, labels, named, namespace, sizing } = tenant
  const selector = selectorOf(config.slug, "server")
  const authorities = authoritiesVolume(tenant)
  const stated = configurationVolume(tenant)
  const stop = isServed(tenant) ? { metadata: {}, spec: {} } : stopped
  const probe = (path: string) => ({ httpGet: { path, port: "http" }, timeoutSeconds: 3 })
  const spread = (topologyKey: string): ITopologySpreadConstraint => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selector },
    matchLabelKeys: ["pod-template-hash"]
  })
  return [
    kubernetesObject(named("server"), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: named("server"), namespace, labels: { ...labels, ...selector }, ...stop.metadata },
      spec: {
        ...stop.spec,
        revisionHistoryLimit: 3,
        progressDeadlineSeconds: 600,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable: 0 } },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: { ...labels, ...selector }, annotations: stated.annotations },
          spec: {
            ...podSecurity(users.server),
            serviceAccountName: named("account"),
            priorityClassName: priorityName(tenant),
            terminationGracePeriodSeconds: graceSeconds,
            topologySpreadConstraints: [spread("topology.kubernetes.io/zone"), spread("kubernetes.io/hostname")],
            containers: [{
              name: "server",
              image: tenant.environment.images.server,
              ports: [
                { name: "http", containerPort: serverPort },
                { name: "runner", containerPort: runnerPort }
              ],
              env: [
                ...literals(environment.values),
                ...fromSecret(named("server"), Object.keys(environment.secrets)),
                ...Object.entries(environment.fields).map(([name, fieldPath]) => ({
                  name,
                  valueFrom: { fieldRef: { fieldPath } }
                }))
              ],
              resources: resourcesOf(sizing.server),
              securityContext: containerSecurity,
              lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
              startupProbe: { ...probe("/health/live"), periodSeconds: 3, failureThreshold: 60 },
              livenessProbe: { ...probe("/health/live"), periodSeconds: 10, failureThreshold: 3 },
              readinessProbe: { ...probe("/health/ready"), periodSeconds: 5, failureThreshold: 2 },
              volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...stated.mounts, ...authorities.mounts]
            }],
            volumes: [scratch("256Mi"), ...stated.volumes, ...authorities.volumes]
          }
        }
      }
    }, {
      dependsOn: [
        named("server-secrets"),
        named("account"),
        priorityName(tenant),
        ...jobs,
        ...stated.dependsOn,
        ...authorities.dependsOn
      ]
    })
  ]
}
