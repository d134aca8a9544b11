import { Context } from "effect"

/** Where the current work came from, for logs and the audit log. Empty outside a request. */
export const RequestInfo = Context.Reference<{ readonly requestId: string | null; readonly ip: string | null }>(
  "platform/RequestInfo",
  { defaultValue: () => ({ requestId: null, ip: null }) }
)
