import { Context } from "effect"
import { byIndex } from "../byIndex.ts"
import { type PlatformSession, platformSession } from "../platformSession.ts"

/** The session in which this process writes messages of the cluster and their replies, outside of any transaction. */
export class MessageSession extends Context.Service<MessageSession, PlatformSession>()("runtime/MessageSession") {
  static readonly layer = platformSession(MessageSession, byIndex)
}
