import { Context } from "effect"
import { byIndex } from "../byIndex.ts"
import { type PlatformSession, platformSession } from "../platformSession.ts"

/** The session in which the owners of partitions read and write. */
export class JobSession extends Context.Service<JobSession, PlatformSession>()("runtime/JobSession") {
  static readonly layer = platformSession(JobSession, byIndex)
}

/**
 * The session in which jobs are stored that are asked for outside of any transaction: those of all tenants together. It is
 * not the owners', whose rounds would be waited for.
 */
export class JobStoreSession extends Context.Service<JobStoreSession, PlatformSession>()("runtime/JobStoreSession") {
  static readonly layer = platformSession(JobStoreSession)
}
