import type { Dedicated, Isolated } from "@innkeeper/config"
import type { Backing } from "./backing/Backing.ts"
import type { PlanEnvironment } from "./PlanEnvironment.ts"
import type { Sizing } from "./Sizing.ts"

/**
 * Whether a tenant is served. A suspended one keeps all that it has, its backups and its certificates, and runs no server:
 * its host names answer 503.
 */
export type Service = "active" | "suspended"

/** A tenant with pods of its own, and what is decided before its objects are written. */
export interface OwnTenant {
  readonly config: Isolated | Dedicated
  readonly environment: PlanEnvironment
  readonly service: Service
  readonly namespace: string
  /** Host name below the environment's domain. */
  readonly host: string
  /** Logical name of a role, with the stack's name as prefix. */
  readonly named: (role: string) => string
  readonly labels: Readonly<Record<string, string>>
  readonly sizing: Sizing
  readonly backing: Backing
}
