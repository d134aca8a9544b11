import { asTenant, CurrentTenant } from "@innkeeper/database"
import { DateTime, Effect, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { PlatformApi } from "../PlatformApi.ts"
import { Audit } from "./Audit.ts"
import type { AuditEntry } from "./AuditApi.ts"

const defaultPage = 50

/** Entries of an export that are read at once. */
const batch = 1000

/** A field of RFC 4180, which no spreadsheet takes for a formula (OWASP, CSV injection). */
const field = (value: string | null) => {
  const text = value ?? ""
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll("\"", "\"\"")}"`
}

const header = "at,actor kind,actor,action,subject,detail,ip,request id\r\n"

const line = (entry: AuditEntry) =>
  `${
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
  }\r\n`

export const AuditRoutes = HttpApiBuilder.group(
  PlatformApi,
  "audit",
  Effect.fnUntraced(function*(handlers) {
    const audit = yield* Audit
    return handlers.handle(
      "search",
      Effect.fnUntraced(function*({ query: { cursor, limit = defaultPage, ...filter } }) {
        const found = yield* audit.search({ ...filter, before: cursor, limit: limit + 1 })
        return {
          items: found.slice(0, limit),
          nextCursor: found.length > limit ? found[limit - 1]?.id ?? null : null
        }
      })
    ).handleRaw(
      "export",
      Effect.fnUntraced(function*({ query }) {
        const { id } = yield* CurrentTenant
        const read = (before?: string) => audit.search({ ...query, before, limit: batch }).pipe(asTenant(id))
        // The first are read before it is answered, so that a database that is away is told by the status.
        const pages = Stream.paginate(yield* read(), (page) => {
          const last = page.length < batch ? undefined : page.at(-1)
          return (last === undefined ? Effect.succeedNone : Effect.asSome(read(last.id))).pipe(
            Effect.map((next) => [[page.map(line).join("")], next] as const)
          )
        })
        const text = Stream.encodeText(Stream.concat(Stream.make(header), pages))
        return HttpServerResponse.stream(text, { contentType: "text/csv; charset=utf-8" })
      })
    )
  })
)
