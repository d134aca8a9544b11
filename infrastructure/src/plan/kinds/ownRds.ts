import type { BackingInput } from "../backing/BackingInput.ts"
import { digest } from "../names.ts"
import type { CloudResource } from "../Plan.ts"
import type { Cloud } from "../PlanEnvironment.ts"

/** RDS has no smaller volume of type gp3, in GiB. */
const smallestVolume = 20

/** Classes with at least so many cores and GiB of memory: https://aws.amazon.com/rds/instance-types/ */
const classes = [
  { cpu: 2, memory: 8, name: "db.m7g.large" },
  { cpu: 4, memory: 16, name: "db.m7g.xlarge" },
  { cpu: 8, memory: 32, name: "db.m7g.2xlarge" },
  { cpu: 16, memory: 64, name: "db.m7g.4xlarge" },
  { cpu: 32, memory: 128, name: "db.m7g.8xlarge" }
] as const

const largest = "db.m7g.16xlarge"

const instanceClass = (cpu: number, memory: number) =>
  classes.find((candidate) => candidate.cpu >= cpu && candidate.memory >= memory)?.name ?? largest

/** A PostgreSQL of the tenant's own on RDS, in two zones. Its name is a digest, since RDS refuses some slugs. */
export const ownRds = (
  { dataSecurityGroup, dataSubnetGroup, kmsKey, name }: Cloud,
  { config, labels, named }: BackingInput
): ReadonlyArray<CloudResource> => {
  const identifier = `innkeeper-${digest(`${name}/${config.slug}`)}`
  return [{
    name: named("database"),
    type: "aws:rds/instance:Instance",
    inputs: {
      identifier,
      engine: "postgres",
      engineVersion: "18",
      instanceClass: instanceClass(config.quotas.cpu, config.quotas.memory),
      allocatedStorage: Math.max(smallestVolume, Math.ceil(config.quotas.storage)),
      storageType: "gp3",
      storageEncrypted: true,
      kmsKeyId: kmsKey,
      username: "innkeeper",
      dbSubnetGroupName: dataSubnetGroup,
      vpcSecurityGroupIds: [dataSecurityGroup],
      publiclyAccessible: false,
      multiAz: true,
      backupRetentionPeriod: 35,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: `${identifier}-final`,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      tags: labels
    },
    references: { password: [{ from: "password", name: named("database-password") }] },
    dependsOn: [],
    protect: true
  }]
}
