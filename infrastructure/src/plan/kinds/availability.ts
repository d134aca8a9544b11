import { kubernetesObject } from "../kubernetesObject.ts"
import { selectorOf } from "../labels.ts"
import { isServed, type OwnTenant } from "../OwnTenant.ts"

/** How many servers there are, and how many a drained node may take at once. A suspended tenant has no server to scale. */
export const availability = (tenant: OwnTenant) => {
  const { config, labels, named, namespace } = tenant
  const metadata = { name: named("server"), namespace, labels }
  const { maximum, minimum } = config.quotas.replicas
  return [
    kubernetesObject(named("disruption"), {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata,
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: selectorOf(config.slug, "server") }
      }
    }),
    ...(!isServed(tenant) ? [] : [kubernetesObject(named("autoscaler"), {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: named("server") },
        minReplicas: minimum,
        maxReplicas: maximum,
        metrics: [{
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } }
        }],
        behavior: { scaleDown: { stabilizationWindowSeconds: 300 } }
      }
    }, { dependsOn: [named("server")] })])
  ]
}
