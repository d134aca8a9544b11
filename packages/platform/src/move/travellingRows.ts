import { findTenantTables, type TenantTable } from "@innkeeper/database"
import { Effect, Option, Schema, Stream } from "effect"
import { isRow, readTableLine, tableLine } from "../archive/ArchiveFile.ts"
import { readRows } from "../archive/TenantRowStore.ts"
import type { SecretBox } from "../secrets/SecretBox.ts"
import type { makeHoldings } from "./Holdings.ts"
import { type MovingTable, movingTable, type Row, undeclared } from "./MovingTable.ts"
import type { SealedColumn } from "./SealedColumn.ts"

type Box = SecretBox["Service"]
type Sum = Pick<ReturnType<typeof makeHoldings>, "add">

const RowText = Schema.fromJsonString(Schema.Array(Schema.NullOr(Schema.String)))
const decodeRow = Schema.decodeUnknownSync(RowText)
const encodeRow = Schema.encodeSync(RowText)

/** The tables of tenants as their rows travel. A sealed column whose purpose nobody stated is a defect. */
export const findMovingTables = Effect.fnUntraced(function*(declared: ReadonlyArray<SealedColumn>) {
  const tables = yield* findTenantTables()
  const unknown = undeclared(tables, declared)
  if (unknown.length > 0) return yield* Effect.die(new Error(`Nobody said what seals ${unknown.join(", ")}`))
  return tables.map((table) => movingTable(table, declared))
})

const identityOf = ({ columns }: TenantTable) => columns.find(({ identity }) => identity)?.name

/** The rows of all tables as lines that leave: sealed by `to`, and summed up in `sum`. `waiting` are ids of unread events. */
export const leavingLines = (
  tables: ReadonlyArray<MovingTable>,
  { from, sum, to, waiting }: {
    readonly from: Box
    readonly to: Box
    readonly sum: Sum
    readonly waiting: ReadonlySet<string>
  }
) =>
  Stream.flatMap(Stream.fromIterable(tables), (moving) => {
    const { name } = moving.table
    const lines = rowsOf(moving).pipe(
      Stream.mapEffect(Effect.fnUntraced(function*(line) {
        if (moving.plain) {
          sum.add(name, line)
          return line
        }
        const opened = yield* moving.opened(decodeRow(line), from)
        sum.add(name, encodeRow(moving.comparable(opened)))
        return encodeRow(moving.leaving(yield* moving.sealed(opened, to), waiting))
      }))
    )
    return Stream.concat(Stream.make(tableLine(moving.table)), lines)
  })

/** The rows of a table, in the order in which it numbered them. */
const rowsOf = ({ original, table }: MovingTable) => readRows(table, identityOf(original))

/** Lines that come, as they are to be written: sealed by `to`; what a reader has before it is of this transaction. */
export const comingLines = <E, R>(
  tables: ReadonlyArray<MovingTable>,
  lines: Stream.Stream<string, E, R>,
  { from, to, transaction }: { readonly from: Box; readonly to: Box; readonly transaction: string }
) => {
  const known = new Map(tables.map((moving) => [moving.table.name, moving]))
  let current: MovingTable | undefined
  return Stream.mapEffect(
    lines,
    Effect.fnUntraced(function*(line: string) {
      if (!isRow(line)) {
        current = Option.getOrUndefined(
          Option.flatMap(readTableLine(line), ({ table }) => Option.fromNullishOr(known.get(table)))
        )
        return line
      }
      if (current === undefined || current.plain) return line
      const opened: Row = yield* current.opened(decodeRow(line), from)
      return encodeRow(current.coming(yield* current.sealed(opened, to), transaction))
    })
  )
}

/** Sums up the rows of all tables as they are. */
export const sumUp = (tables: ReadonlyArray<MovingTable>, box: Box, sum: Sum) =>
  Effect.forEach(tables, (moving) =>
    Stream.runForEach(rowsOf(moving), (line) =>
      moving.plain
        ? Effect.sync(() => sum.add(moving.table.name, line))
        : Effect.map(
          moving.opened(decodeRow(line), box),
          (opened) => sum.add(moving.table.name, encodeRow(moving.comparable(opened)))
        )), { discard: true })
