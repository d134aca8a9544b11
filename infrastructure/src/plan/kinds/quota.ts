import { kubernetesObject } from "../kubernetesObject.ts"
import type { OwnTenant } from "../OwnTenant.ts"
import { solver } from "../Sizing.ts"
import { storageOf, volumesOf } from "../storage.ts"

/** What the namespace may use at most, and what a container gets that does not say. */
export const quota = ({ config, labels, named, namespace, sizing }: OwnTenant) => {
  const metadata = (role: string) => ({ name: named(role), namespace, labels })
  const { cpu, memory } = sizing.total
  const volumes = volumesOf(sizing)
  return [
    kubernetesObject(named("quota"), {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: metadata("quota"),
      spec: {
        hard: {
          "requests.cpu": `${cpu}m`,
          "requests.memory": `${memory}Mi`,
          "limits.cpu": `${cpu}m`,
          "limits.memory": `${memory}Mi`,
          pods: `${sizing.pods}`,
          persistentvolumeclaims: `${volumes}`,
          "requests.storage": `${storageOf(config.quotas) * volumes}Mi`,
          "services.loadbalancers": "0",
          // So the ClusterIssuer has to start solvers with the service type ClusterIP.
          "services.nodeports": "0"
        }
      }
    }),
    kubernetesObject(named("limits"), {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: metadata("limits"),
      spec: {
        limits: [{
          type: "Container",
          default: { cpu: `${solver.cpu}m`, memory: `${solver.memory}Mi` },
          defaultRequest: { cpu: `${solver.cpu}m`, memory: `${solver.memory}Mi` },
          min: { cpu: `${solver.cpu}m`, memory: "16Mi" },
          max: { cpu: `${cpu}m`, memory: `${memory}Mi` }
        }]
      }
    })
  ]
}
