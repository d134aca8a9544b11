import type { BackingInput } from "../backing/BackingInput.ts"
import { digest } from "../names.ts"
import type { CloudResource } from "../Plan.ts"
import type { Cloud } from "../PlanEnvironment.ts"

/** A cache of the tenant's own, in two zones, which speaks TLS alone. */
export const ownElastiCache = (
  { cacheSubnetGroup, dataSecurityGroup, kmsKey, name }: Cloud,
  { config, labels, named }: BackingInput
): ReadonlyArray<CloudResource> => [{
  name: named("cache"),
  type: "aws:elasticache/replicationGroup:ReplicationGroup",
  inputs: {
    replicationGroupId: `innkeeper-${digest(`${name}/${config.slug}`)}`,
    description: `Rate limits of ${config.slug}`,
    engine: "valkey",
    engineVersion: "8.1",
    nodeType: "cache.t4g.micro",
    numCacheClusters: 2,
    automaticFailoverEnabled: true,
    multiAzEnabled: true,
    port: 6379,
    subnetGroupName: cacheSubnetGroup,
    securityGroupIds: [dataSecurityGroup],
    atRestEncryptionEnabled: true,
    kmsKeyId: kmsKey,
    transitEncryptionEnabled: true,
    tags: labels
  },
  references: { authToken: [{ from: "password", name: named("cache-password") }] },
  dependsOn: [],
  protect: false
}]
