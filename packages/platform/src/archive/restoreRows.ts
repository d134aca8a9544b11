import type { TenantTable } from "@innkeeper/database"
import { Effect, Option, Stream } from "effect"
import { isRow, readTableLine } from "./ArchiveFile.ts"
import { insertRows } from "./TenantRowStore.ts"

/** Rows that are written, or characters of them, by one statement. */
const batch = { rows: 1000, length: 1_000_000 }

/** Writes the rows of an archive's lines for the current tenant and returns how many they were. A few are in memory. */
export const restoreRows = Effect.fnUntraced(
  function*<E, R>(tables: ReadonlyArray<TenantTable>, lines: Stream.Stream<string, E, R>) {
    const known = new Map(tables.map((table) => [table.name, table]))
    let table: TenantTable | undefined
    let pending: Array<string> = []
    let length = 0
    let written = 0
    const flush = Effect.suspend(() => {
      if (pending.length === 0) return Effect.void
      const rows = pending
      pending = []
      length = 0
      written += rows.length
      return table === undefined ? Effect.die(new Error("Rows of an unknown table")) : insertRows(table, rows)
    })
    yield* Stream.runForEach(lines, (line) => {
      if (!isRow(line)) {
        return Effect.andThen(
          flush,
          Effect.sync(() => {
            table = Option.getOrUndefined(
              Option.flatMap(readTableLine(line), ({ table }) => Option.fromNullishOr(known.get(table)))
            )
          })
        )
      }
      pending.push(line)
      length += line.length
      return pending.length >= batch.rows || length >= batch.length ? flush : Effect.void
    })
    return written
  }
)
