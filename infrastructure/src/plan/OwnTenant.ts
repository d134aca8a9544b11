import type { Dedicated, Isolated } from "@innkeeper/config"
import type { Backing } from "./backing/Backing.ts"
import type { PlanEnvironment } from "./PlanEnvironment.ts"
import type { Sizing } from "./Sizing.ts"

/**
 * Whether a tenant is served. A suspended one keeps all that it has, its backups and its certificates, and runs no server:
 * its host names answer 503.
 */
export type Service = "active" | "suspended"

/**
 * The tenant's data is carried between the shared database and the one of its own: `in`, before a server works there, or `out`,
 * while none runs.
 */
export interface DataMove {
  readonly direction: "in" | "out"
  /** The operation that it belongs to. */
  readonly operation: string
}

/** What is asked of a tenant's plan beside the tenant's configuration. */
export interface PlanOptions {
  readonly service: Service
  /** Name of a backup that is made now; see `backupNameOf`. */
  readonly backup: string | null
  /** Name of a backup that the database begins with, if it is empty. */
  readonly restoreFrom: string | null
  /** A move of its data that a job does now; see `DataMove`. */
  readonly move: DataMove | null
  /**
   * Whether it is about to be deleted: what is protected is let go, but for the backups, and what the tenant has on a
   * database server of others is dropped.
   */
  readonly release: boolean
}

/** What nothing more is asked of than its configuration. */
export const served: PlanOptions = {
  service: "active",
  backup: null,
  restoreFrom: null,
  move: null,
  release: false
}

/** A tenant with pods of its own, and what is decided before its objects are written. */
export interface OwnTenant {
  readonly config: Isolated | Dedicated
  readonly environment: PlanEnvironment
  readonly options: PlanOptions
  readonly namespace: string
  /** Host name below the environment's domain. */
  readonly host: string
  /** Logical name of a role, with the stack's name as prefix. */
  readonly named: (role: string) => string
  readonly labels: Readonly<Record<string, string>>
  readonly sizing: Sizing
  readonly backing: Backing
}

/** Whether a server runs. One that is about to be deleted has none, so that nobody works in its database. */
export const isServed = ({ options }: Pick<OwnTenant, "options">) => options.service === "active" && !options.release
