import type { BackingInput } from "../backing/BackingInput.ts"
import type { CloudResource } from "../Plan.ts"
import type { Cloud } from "../PlanEnvironment.ts"
import { backupDays } from "./backup.ts"

/** A bucket for one tenant's backups: encrypted, closed to the public, versioned, emptied by age. */
export const backupBucket = (
  { kmsKey }: Cloud,
  { labels, named }: BackingInput
): ReadonlyArray<CloudResource> => {
  const bucket = named("backups")
  const of = (role: string, type: string, inputs: CloudResource["inputs"]): CloudResource => ({
    name: named(role),
    type: `aws:s3/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
    inputs,
    references: { bucket: [{ from: "resource", name: bucket, output: "bucket" }] },
    dependsOn: [bucket],
    protect: false
  })
  return [
    {
      name: bucket,
      type: "aws:s3/bucket:Bucket",
      inputs: { bucketPrefix: "innkeeper-backups-", forceDestroy: false, tags: labels },
      references: {},
      dependsOn: [],
      protect: true
    },
    of("backups-private", "BucketPublicAccessBlock", {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true
    }),
    of("backups-encryption", "BucketServerSideEncryptionConfiguration", {
      rules: [{
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKey },
        bucketKeyEnabled: true
      }]
    }),
    of("backups-versions", "BucketVersioning", { versioningConfiguration: { status: "Enabled" } }),
    of("backups-lifecycle", "BucketLifecycleConfiguration", {
      rules: [{
        id: "age",
        status: "Enabled",
        filter: {},
        expiration: { days: backupDays },
        noncurrentVersionExpiration: { noncurrentDays: 7 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 }
      }]
    })
  ]
}
