import { type ClusterInput, part } from "../ClusterPart.ts"
import { release } from "../release.ts"
import { charts } from "../versions.ts"
import { clusterNamespace, namespaceName } from "./namespaces.ts"

const namespace = "longhorn-system"

/** Name of the class that Longhorn makes. */
export const longhornClass = "longhorn"

/**
 * Longhorn. It makes the StorageClass `longhorn` itself and again when somebody deletes it, so the plan has none of that
 * name and says by the chart what is in it: volumes outlive their claims.
 */
export const longhorn = (input: ClusterInput) =>
  part({
    cloud: [
      release(
        input.named("longhorn"),
        charts.longhorn,
        { name: namespace, logicalName: namespaceName(input, namespace) },
        {
          persistence: {
            defaultClass: true,
            defaultClassReplicaCount: input.settings.replicas,
            reclaimPolicy: "Retain"
          }
        },
        true
      )
    ],
    // Its pods mount the nodes' disks.
    objects: [clusterNamespace(input, namespace, "privileged")]
  })
