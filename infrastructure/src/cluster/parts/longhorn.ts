import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import { longhornScratchClass } from "../../plan/storageClasses.ts"
import { type ClusterInput, part } from "../ClusterPart.ts"
import { release } from "../release.ts"
import { charts } from "../versions.ts"
import { clusterNamespace, namespaceName } from "./namespaces.ts"

const namespace = "longhorn-system"

/**
 * Longhorn. It makes the StorageClass `longhorn` itself and again when somebody deletes it, so the plan has none of that
 * name and says by the chart what is in it: volumes outlive their claims. Those for a pod's own time have another class, and go
 * with the pod: one copy, since what is in them can be made again.
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
    objects: [
      clusterNamespace(input, namespace, "privileged"),
      kubernetesObject(input.named("longhorn-scratch"), {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: longhornScratchClass, labels: input.labels },
        provisioner: "driver.longhorn.io",
        reclaimPolicy: "Delete",
        volumeBindingMode: "Immediate",
        // Minutes, as Longhorn's own class has them.
        parameters: { numberOfReplicas: "1", staleReplicaTimeout: "30", fsType: "ext4" }
      }, { dependsOn: [input.named("longhorn")] })
    ]
  })
