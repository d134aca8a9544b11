import type { BackingInput } from "../backing/BackingInput.ts"
import type { CloudResource } from "../Plan.ts"
import type { Cloud } from "../PlanEnvironment.ts"
import { backupDays } from "./backup.ts"

/**
 * A bucket for one tenant's backups, which outlives the tenant: encrypted, closed to the public, versioned. Backups of each
 * night are deleted by age.
 */
export const backupBucket = (
  { kmsKey }: Cloud,
  { config, labels, named }: BackingInput
): ReadonlyArray<CloudResource> => {
  const bucket = named("backups")
  const of = (role: string, type: string, inputs: CloudResource["inputs"]): CloudResource => ({
    name: named(role),
    type: `aws:s3/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
    inputs,
    references: { bucket: [{ from: "resource", name: bucket, output: "bucket" }] },
    dependsOn: [bucket],
    protect: true,
    keep: true
  })
  return [
    {
      name: bucket,
      type: "aws:s3/bucket:Bucket",
      inputs: { bucketPrefix: "innkeeper-backups-", forceDestroy: false, tags: labels },
      references: {},
      dependsOn: [],
      protect: true,
      keep: true
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
        filter: { prefix: `${config.slug}/` },
        expiration: { days: backupDays }
      }, {
        id: "remains",
        status: "Enabled",
        filter: {},
        noncurrentVersionExpiration: { noncurrentDays: 7 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 }
      }]
    })
  ]
}
