import type { OwnQuotas } from "@innkeeper/config"
import { Effect } from "effect"
import { PlanRefused } from "./PlanRefused.ts"

/** Processor time in thousandths of a core and memory in MiB, of one pod or of many. */
export interface Size {
  readonly cpu: number
  readonly memory: number
}

/** What each pod gets, such that all that can run at once fits into the quota. */
export interface Sizing {
  readonly total: Size
  readonly server: Size
  readonly database: Size
  readonly cache: Size
  readonly databaseJob: Size
  readonly backup: Size
  readonly solver: Size
  /** Pods that can exist at once. */
  readonly pods: number
}

/** Pods that a rollout adds to the largest number of replicas. */
export const maxSurge = 1

const zero: Size = { cpu: 0, memory: 0 }
/** One that has just started takes 280 MiB, and Node.js gives its heap half of what the pod has. */
const smallestServer: Size = { cpu: 100, memory: 384 }
const smallestDatabase: Size = { cpu: 250, memory: 512 }
const cache: Size = { cpu: 100, memory: 128 }
const databaseJob: Size = { cpu: 100, memory: 128 }
const backup: Size = { cpu: 200, memory: 256 }
/** Pods with a dump that can exist at once: that of the night, and one that was asked for or is restored. */
export const backups = 2
/** As cert-manager starts it: one for each domain that waits for its certificate. */
export const solver: Size = { cpu: 10, memory: 64 }

/** Part of the quota that a database in the namespace gets. */
const databaseShare = 0.4

/** Which pods run in the namespace besides the server's. */
export interface Residents {
  readonly database: boolean
  readonly cache: boolean
  /** Host names that may wait for a certificate at once. */
  readonly domains: number
}

/**
 * Divides the quota: first what has a fixed size, then the database in the namespace if there is one, and the rest by the
 * pods of the server at the peak of a rollout.
 *
 * Fails with the smallest quota that would do.
 */
export const sizingOf = (quotas: OwnQuotas, residents: Residents): Effect.Effect<Sizing, PlanRefused> => {
  const servers = quotas.replicas.maximum + maxSurge
  const solvers = residents.domains
  const fixed = (part: keyof Size) =>
    databaseJob[part] + backup[part] * backups + solver[part] * solvers + (residents.cache ? cache[part] : 0)
  const databaseOf = (part: keyof Size, total: number) =>
    residents.database ? Math.max(smallestDatabase[part], Math.floor((total - fixed(part)) * databaseShare)) : 0
  const least = (part: keyof Size) => {
    const serversAtLeast = servers * smallestServer[part]
    return fixed(part) + (residents.database
      ? Math.max(serversAtLeast + smallestDatabase[part], Math.ceil(serversAtLeast / (1 - databaseShare)))
      : serversAtLeast)
  }
  const total: Size = { cpu: Math.round(quotas.cpu * 1000), memory: Math.floor(quotas.memory * 1024) }
  const pods = `${quotas.replicas.maximum} replicas, one more during a rollout, and the jobs beside them`
  const problems = [
    ...(total.cpu < least("cpu")
      ? [{
        field: "quotas.cpu",
        problem: `expected at least ${least("cpu") / 1000} cores for ${pods}, got ${quotas.cpu}`
      }]
      : []),
    ...(total.memory < least("memory")
      ? [{
        field: "quotas.memory",
        problem: `expected at least ${least("memory") / 1024} GiB for ${pods}, got ${quotas.memory}`
      }]
      : [])
  ]
  if (problems.length > 0) return Effect.fail(new PlanRefused({ problems }))
  const database: Size = { cpu: databaseOf("cpu", total.cpu), memory: databaseOf("memory", total.memory) }
  const perServer = (part: keyof Size) => Math.floor((total[part] - fixed(part) - database[part]) / servers)
  return Effect.succeed({
    total,
    server: { cpu: perServer("cpu"), memory: perServer("memory") },
    database: residents.database ? database : zero,
    cache: residents.cache ? cache : zero,
    databaseJob,
    backup,
    solver,
    pods: servers + solvers + 1 + backups + (residents.database ? 1 : 0) + (residents.cache ? 1 : 0)
  })
}
