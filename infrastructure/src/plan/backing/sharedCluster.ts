import type { Selfhosted } from "../PlanEnvironment.ts"
import { podsOf } from "../podsOf.ts"
import type { Backing } from "./Backing.ts"

/** The PostgreSQL, Redis and Garage that the cluster has for everybody. */
export const sharedCluster = ({ backup, cache, database }: Selfhosted): Backing => ({
  database: {
    host: [database.host],
    port: database.port,
    peers: [podsOf(database)],
    administrator: {
      user: [{ from: "configuration", key: "databaseUser" }],
      password: [{ from: "configuration", key: "databasePassword" }]
    },
    tls: false
  },
  cache: {
    port: cache.port,
    peers: [podsOf(cache)],
    url: [{ from: "configuration", key: "cacheUrl" }]
  },
  backup: {
    endpoint: `http://${backup.host}:${backup.port}`,
    region: backup.region,
    bucket: [backup.bucket],
    identity: { by: "keys" },
    pods: { peers: [podsOf(backup)], port: backup.port }
  },
  objects: [],
  cloud: [],
  passwords: [],
  ready: []
})
