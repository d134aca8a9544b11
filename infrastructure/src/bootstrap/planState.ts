import { Match } from "effect"
import { namesOf } from "../plan/names.ts"
import type { CloudResource, Deployable } from "../plan/Plan.ts"
import type { AwsState, StateSettings } from "./StateSettings.ts"

/** The bucket and the key, neither of which the engine deletes. */
export const planState = (stack: string, settings: StateSettings): Deployable => {
  const named = namesOf(stack)
  const tags = {
    "app.kubernetes.io/managed-by": "pulumi",
    "innkeeper/environment": settings.environment,
    "innkeeper/cost-centre": settings.costCentre
  }
  const bucket: CloudResource = {
    name: named("bucket"),
    type: "aws:s3/bucket:Bucket",
    inputs: { bucket: settings.bucket, forceDestroy: false, ...(settings.store === "aws" && { tags }) },
    references: {},
    dependsOn: [],
    protect: true
  }
  const rest = Match.value(settings).pipe(
    Match.discriminatorsExhaustive("store")({
      aws: (settings) => ofAws(named, settings, tags),
      // It has neither keys nor public access, and keeps one version of each object.
      garage: (): ReadonlyArray<CloudResource> => []
    })
  )
  return { stack, passwords: [], secrets: [], objects: [], cloud: [bucket, ...rest] }
}

const ofAws = (
  named: (role: string) => string,
  { keyAlias }: AwsState,
  tags: Readonly<Record<string, string>>
): ReadonlyArray<CloudResource> => {
  const key = named("key")
  const ofBucket = (
    role: string,
    type: string,
    inputs: CloudResource["inputs"],
    more: CloudResource["references"] = {}
  ) => ({
    name: named(role),
    type: `aws:s3/${type.charAt(0).toLowerCase()}${type.slice(1)}:${type}`,
    inputs,
    references: { bucket: [{ from: "resource", name: named("bucket"), output: "bucket" } as const], ...more },
    dependsOn: [],
    protect: false
  })
  return [
    {
      name: key,
      type: "aws:kms/key:Key",
      inputs: { description: "Secrets of Innkeeper's stacks", enableKeyRotation: true, deletionWindowInDays: 30, tags },
      references: {},
      dependsOn: [],
      protect: true
    },
    {
      name: named("key-alias"),
      type: "aws:kms/alias:Alias",
      inputs: { name: `alias/${keyAlias}` },
      references: { targetKeyId: [{ from: "resource", name: key, output: "keyId" }] },
      dependsOn: [],
      protect: true
    },
    ofBucket("bucket-private", "BucketPublicAccessBlock", {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true
    }),
    ofBucket("bucket-encryption", "BucketServerSideEncryptionConfiguration", {
      rules: [{
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: `alias/${keyAlias}` },
        bucketKeyEnabled: true
      }]
    }),
    ofBucket("bucket-versions", "BucketVersioning", { versioningConfiguration: { status: "Enabled" } })
  ]
}
