import { DateTime, Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { PlatformApi } from "../PlatformApi.ts"
import { Audit } from "./Audit.ts"
import type { AuditEntry } from "./AuditApi.ts"

const defaultPage = 50

/** Entries of one export. */
const exported = 50_000

/** A field of RFC 4180, which no spreadsheet takes for a formula (OWASP, CSV injection). */
const field = (value: string | null) => {
  const text = value ?? ""
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll("\"", "\"\"")}"`
}

const header = "at,actor kind,actor,action,subject,detail,ip,request id"

const line = (entry: AuditEntry) =>
  [
    DateTime.formatIso(entry.at),
    entry.actor.kind,
    entry.actor.name,
    entry.action,
    entry.subject,
    JSON.stringify(entry.detail),
    entry.ip,
    entry.requestId
  ].map(field).join(",")

export const AuditRoutes = HttpApiBuilder.group(
  PlatformApi,
  "audit",
  Effect.fnUntraced(function*(handlers) {
    const audit = yield* Audit
    return handlers.handleAll({
      search: Effect.fnUntraced(function*({ query: { cursor, limit = defaultPage, ...filter } }) {
        const found = yield* audit.search({ ...filter, before: cursor, limit: limit + 1 })
        return {
          items: found.slice(0, limit),
          nextCursor: found.length > limit ? found[limit - 1]?.id ?? null : null
        }
      }),
      export: Effect.fnUntraced(function*({ query }) {
        const found = yield* audit.search({ ...query, limit: exported })
        return `${[header, ...found.map(line)].join("\r\n")}\r\n`
      })
    })
  })
)
