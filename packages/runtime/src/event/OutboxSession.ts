import { Context } from "effect"
import { type PlatformSession, platformSession } from "../platformSession.ts"

/**
 * The session in which readers of the outbox read events of all tenants, and what those lead to, and write down how far they
 * have come. A crash of PostgreSQL may take back how far they came in the last second, and they read that again.
 */
export class OutboxSession extends Context.Service<OutboxSession, PlatformSession>()("runtime/OutboxSession") {
  static readonly layer = platformSession(OutboxSession, { synchronous_commit: "off" })
}
