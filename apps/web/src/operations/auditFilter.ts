import { DateTime, Option, Schema } from "effect"

/** Which entries are shown, as it stands in the address. `from` and `until` are instants in ISO 8601. */
export const AuditFilter = Schema.Struct({
  text: Schema.optionalKey(Schema.String),
  from: Schema.optionalKey(Schema.String),
  until: Schema.optionalKey(Schema.String)
})

export interface AuditFilter {
  readonly text?: string | undefined
  readonly from?: string | undefined
  readonly until?: string | undefined
}

const instant = (iso: string | undefined) => Option.getOrUndefined(Option.map(DateTime.make(iso ?? ""), DateTime.toUtc))

/** The filter as the API takes it; what does not decode is left out. */
export const auditQuery = (filter: AuditFilter) => {
  const from = instant(filter.from)
  const until = instant(filter.until)
  return {
    ...(filter.text ? { text: filter.text.slice(0, 200) } : {}),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until })
  }
}

/** Where the entries of a filter are downloaded as CSV. */
export const exportAddress = (filter: AuditFilter): string => {
  const { from, text, until } = auditQuery(filter)
  const query = new URLSearchParams({
    ...(text === undefined ? {} : { text }),
    ...(from === undefined ? {} : { from: DateTime.formatIso(from) }),
    ...(until === undefined ? {} : { until: DateTime.formatIso(until) })
  })
  return query.size === 0 ? "/api/v1/audit/export.csv" : `/api/v1/audit/export.csv?${query}`
}
