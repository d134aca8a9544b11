import { ownElastiCache } from "../kinds/ownElastiCache.ts"
import { ownRds } from "../kinds/ownRds.ts"
import type { Cloud } from "../PlanEnvironment.ts"
import type { Backing } from "./Backing.ts"
import type { BackingInput } from "./BackingInput.ts"
import { sharedCloud } from "./sharedCloud.ts"

/** An RDS instance and an ElastiCache of the tenant's own. */
export const ownCloud = (environment: Cloud, input: BackingInput): Backing => {
  const { named } = input
  const shared = sharedCloud(environment, input)
  const database = named("database")
  const cache = named("cache")
  return {
    ...shared,
    database: {
      ...shared.database,
      host: [{ from: "resource", name: database, output: "address" }],
      port: 5432,
      administrator: { user: ["innkeeper"], password: [{ from: "password", name: named("database-password") }] }
    },
    cache: {
      ...shared.cache,
      port: 6379,
      url: [
        "rediss://:",
        { from: "password", name: named("cache-password") },
        "@",
        { from: "resource", name: cache, output: "primaryEndpointAddress" },
        ":6379"
      ]
    },
    cloud: [...shared.cloud, ...ownRds(environment, input), ...ownElastiCache(environment, input)],
    passwords: [{ name: named("database-password"), length: 40 }, { name: named("cache-password"), length: 40 }],
    ready: [database]
  }
}
