import type { SqlClient, Statement } from "effect/sql"

/** A value of a column; null comes as the empty text. */
type Value = string | number | boolean | null | undefined

/**
 * Rows as a table of a statement, `name (column, …)`, all columns of text: the statement casts them, and takes the empty text
 * for null where it may be. An array for each column costs both ends less than JSON of the rows.
 */
export const textRows = <Column extends string>(
  sql: SqlClient.SqlClient,
  name: string,
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<Readonly<Record<Column, Value>>>
): Statement.Fragment => {
  const arrays = columns.map((column) => sql`${rows.map((row) => String(row[column] ?? ""))}::text[]`)
  return sql`unnest(${sql.csv(arrays)}) AS ${sql.literal(`${name} (${columns.join(", ")})`)}`
}
