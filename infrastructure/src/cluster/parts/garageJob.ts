import type { IJobSpec } from "kubernetes-models/batch/v1"
import { kubernetesObject } from "../../plan/kubernetesObject.ts"
import { digest } from "../../plan/names.ts"
import type { Selfhosted } from "../../plan/PlanEnvironment.ts"
import { containerSecurity, fromSecret, literals, podSecurity, resourcesOf } from "../../plan/pod.ts"
import type { ClusterInput } from "../ClusterPart.ts"
import { images } from "../versions.ts"
import { serviceOf } from "./serviceOf.ts"

/** Gives Garage its layout, its bucket and its key, each unless it is there (admin API of Garage 2). */
export const garageScript = `set -eu
api() {
  curl --silent --show-error --fail --max-time 20 --retry 30 --retry-delay 2 --retry-connrefused \\
    --header "Authorization: Bearer $GARAGE_ADMIN_TOKEN" --header "Content-Type: application/json" \\
    "$ADMIN/v2/$1" \${2:+--data "$2"}
}
hex() { grep -oE '[0-9a-f]{64}' | head -n 1; }
version=$(api GetClusterLayout | tr -d '[:space:]' | grep -oE '"version":[0-9]+' | head -n 1 | cut -d : -f 2)
if [ "$version" = 0 ]; then
  node=$(api "GetNodeInfo?node=self" | hex)
  api UpdateClusterLayout "{\\"roles\\":[{\\"id\\":\\"$node\\",\\"zone\\":\\"cluster\\",\\"capacity\\":$CAPACITY,\\"tags\\":[]}]}"
  api ApplyClusterLayout '{"version":1}'
fi
api "GetKeyInfo?id=$ACCESS_KEY" > /dev/null ||
  api ImportKey "{\\"name\\":\\"$BUCKET\\",\\"accessKeyId\\":\\"$ACCESS_KEY\\",\\"secretAccessKey\\":\\"$SECRET_KEY\\"}" > /dev/null
api "GetBucketInfo?globalAlias=$BUCKET" > /dev/null || api CreateBucket "{\\"globalAlias\\":\\"$BUCKET\\"}" > /dev/null
bucket=$(api "GetBucketInfo?globalAlias=$BUCKET" | tr -d '[:space:]' | grep -oE '"id":"[0-9a-f]{64}"' | hex)
api AllowBucketKey "{\\"bucketId\\":\\"$bucket\\",\\"accessKeyId\\":\\"$ACCESS_KEY\\",\\"permissions\\":{\\"read\\":true,\\"write\\":true,\\"owner\\":false}}" > /dev/null
`

/** A Job cannot change: its name is a digest of what it does. */
export const garageJob = (
  { environment, labels, named, settings }: ClusterInput<Selfhosted>,
  { adminUrl, user }: { readonly adminUrl: string; readonly user: number }
) => {
  const { bucket, host, namespace } = environment.backup
  const secret = serviceOf(host)
  const spec: IJobSpec = {
    backoffLimit: 6,
    activeDeadlineSeconds: 900,
    template: {
      metadata: { labels: { ...labels } },
      spec: {
        ...podSecurity(user),
        restartPolicy: "Never",
        containers: [{
          name: "garage-setup",
          image: images.curl,
          command: ["sh", "-c", garageScript],
          env: [
            ...literals({
              ADMIN: adminUrl,
              BUCKET: bucket,
              // Bytes; a tenth is left to metadata.
              CAPACITY: `${Math.floor(settings.storage.backup * 0.9 * 1024 ** 3)}`
            }),
            ...fromSecret(secret, ["GARAGE_ADMIN_TOKEN", "ACCESS_KEY", "SECRET_KEY"])
          ],
          resources: resourcesOf({ cpu: 50, memory: 64 }),
          securityContext: containerSecurity
        }]
      }
    }
  }
  const name = named(`garage-setup-${digest(JSON.stringify(spec))}`)
  return kubernetesObject(name, { apiVersion: "batch/v1", kind: "Job", metadata: { name, namespace, labels }, spec }, {
    dependsOn: [named("garage"), named("garage-service"), named("garage-secrets")]
  })
}
