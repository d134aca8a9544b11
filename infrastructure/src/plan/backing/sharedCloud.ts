import { backupBucket } from "../kinds/backupBucket.ts"
import { backupAccount, backupRole } from "../kinds/backupRole.ts"
import type { Cloud } from "../PlanEnvironment.ts"
import type { Backing } from "./Backing.ts"
import type { BackingInput } from "./BackingInput.ts"

/** RDS and ElastiCache that the cloud has for everybody, and a bucket for this tenant's backups. */
export const sharedCloud = (environment: Cloud, input: BackingInput): Backing => {
  const bucket = input.named("backups")
  const peers = environment.dataNetworks.map((cidr) => ({ ipBlock: { cidr } }))
  return {
    database: {
      host: [environment.database.host],
      port: environment.database.port,
      peers,
      administrator: {
        user: [{ from: "configuration", key: "databaseUser" }],
        password: [{ from: "configuration", key: "databasePassword" }]
      },
      tls: true
    },
    cache: {
      port: environment.cache.port,
      peers,
      url: [{ from: "configuration", key: "cacheUrl" }]
    },
    backup: {
      endpoint: `https://s3.${environment.region}.amazonaws.com`,
      region: environment.region,
      bucket: [{ from: "resource", name: bucket, output: "bucket" }],
      identity: { by: "role", account: input.named("backup-account") },
      pods: undefined
    },
    objects: backupAccount(environment, input),
    cloud: [...backupBucket(environment, input), ...backupRole(environment, input)],
    passwords: [],
    ready: []
  }
}
