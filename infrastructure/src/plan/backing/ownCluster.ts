import { ownCache } from "../kinds/ownCache.ts"
import { ownDatabase } from "../kinds/ownDatabase.ts"
import { selectorOf } from "../labels.ts"
import { fixedNames } from "../names.ts"
import type { Selfhosted } from "../PlanEnvironment.ts"
import type { Backing } from "./Backing.ts"
import type { BackingInput } from "./BackingInput.ts"
import { sharedCluster } from "./sharedCluster.ts"

/** A PostgreSQL and a Redis in the tenant's own namespace; backups go where the cluster's go. */
export const ownCluster = (environment: Selfhosted, input: BackingInput): Backing => {
  const { config, named } = input
  const password = named("database-password")
  const cachePassword = named("cache-password")
  return {
    ...sharedCluster(environment),
    database: {
      host: [fixedNames.database],
      port: 5432,
      peers: [{ podSelector: { matchLabels: selectorOf(config.slug, "database") } }],
      administrator: { user: ["postgres"], password: [{ from: "password", name: password }] },
      tls: false
    },
    cache: {
      port: 6379,
      peers: [{ podSelector: { matchLabels: selectorOf(config.slug, "cache") } }],
      url: ["redis://:", { from: "password", name: cachePassword }, `@${fixedNames.cache}:6379`]
    },
    objects: [...ownDatabase(environment, input), ...ownCache(environment, input)],
    passwords: [{ name: password, length: 40 }, { name: cachePassword, length: 40 }],
    ready: [named("database-set"), named("database")]
  }
}
