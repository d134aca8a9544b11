/** Whether a path of a manifest begins with the other, by whole names. */
const under = (path: string, parent: string) => path === parent || path.startsWith(`${parent}.`)

/** Fields that the API server never changes, whatever the kind. */
const ofEverything = ["apiVersion", "kind", "metadata.name", "metadata.namespace"]

/** Fields that Kubernetes refuses to change; a StatefulSet is the other way round. */
const ofKind: Readonly<Record<string, ReadonlyArray<string>>> = {
  Deployment: ["spec.selector"],
  Job: ["spec.selector", "spec.template", "spec.completions", "spec.completionMode"],
  PersistentVolumeClaim: [
    "spec.accessModes",
    "spec.storageClassName",
    "spec.volumeMode",
    "spec.volumeName",
    "spec.selector"
  ],
  PriorityClass: ["value", "preemptionPolicy"],
  RoleBinding: ["roleRef"],
  "aws:elasticache/replicationGroup:ReplicationGroup": [
    "inputs.atRestEncryptionEnabled",
    "inputs.kmsKeyId",
    "inputs.port",
    "inputs.replicationGroupId",
    "inputs.subnetGroupName"
  ],
  "aws:iam/role:Role": ["inputs.name"],
  "aws:rds/instance:Instance": [
    "inputs.engine",
    "inputs.identifier",
    "inputs.kmsKeyId",
    "inputs.storageEncrypted",
    "inputs.username"
  ],
  "aws:s3/bucket:Bucket": ["inputs.bucketPrefix"],
  Password: ["length"],
  Secret: ["objectName", "namespace"]
}

/** The only fields of a StatefulSet that may change (Kubernetes 1.34). */
const ofStatefulSetMutable = [
  "spec.replicas",
  "spec.template",
  "spec.updateStrategy",
  "spec.revisionHistoryLimit",
  "spec.persistentVolumeClaimRetentionPolicy",
  "spec.minReadySeconds",
  "spec.ordinals"
]

/** Whether the object has to be replaced when the field at this path changes. */
export const isImmutable = (kind: string, path: string): boolean =>
  [...ofEverything, "type", ...ofKind[kind] ?? []].some((field) => under(path, field)) ||
  kind === "StatefulSet" && under(path, "spec") && !ofStatefulSetMutable.some((field) => under(path, field))
