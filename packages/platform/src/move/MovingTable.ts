import type { TenantTable } from "@innkeeper/database"
import { Effect, Redacted } from "effect"
import type { SealBroken, SecretBox } from "../secrets/SecretBox.ts"
import type { SealedColumn } from "./SealedColumn.ts"

/** A row on its way: the text of each column, as PostgreSQL writes it. */
export type Row = ReadonlyArray<string | null>

/** Stands for the transaction of a row that readers of events have behind them, and of one that some have before them. */
export const readBefore = "1"
export const unread = "2"

const isSealed = (column: string) => column.endsWith("_sealed")

/** Sealed columns that nobody said the purpose of, as `table.column`. */
export const undeclared = (
  tables: ReadonlyArray<TenantTable>,
  declared: ReadonlyArray<SealedColumn>
): ReadonlyArray<string> =>
  tables.flatMap(({ columns, name }) =>
    columns.filter((column) =>
      isSealed(column.name) && !declared.some(({ column: other, table }) => table === name && other === column.name)
    ).map((column) => `${name}.${column.name}`)
  )

/**
 * How the rows of a table leave one database and come into another. Numbers that a table gives its rows stay behind: the
 * other database gives its own, in the same order. So do numbers of transactions, which say nothing there. What is sealed
 * is opened by the one's secret and sealed by the other's.
 */
export const movingTable = (table: TenantTable, declared: ReadonlyArray<SealedColumn>) => {
  const columns = table.columns.filter(({ identity }) => !identity)
  const at = (name: string) => columns.findIndex((column) => column.name === name)
  const sealed = declared.flatMap(({ column, purpose, table: name }) =>
    name === table.name && at(column) >= 0 ? [{ index: at(column), purpose }] : []
  )
  const transactions = columns.flatMap(({ type }, index) => type === "xid8" ? [index] : [])
  const id = at("id")

  const mapSealed = Effect.fnUntraced(function*(
    row: Row,
    map: (purpose: string, text: string) => Effect.Effect<string, SealBroken>
  ) {
    const mapped = [...row]
    for (const { index, purpose } of sealed) {
      const text = row[index]
      if (text !== null && text !== undefined) mapped[index] = yield* map(purpose, text)
    }
    return mapped
  })

  return {
    original: table,
    /** The table as it travels. */
    table: { ...table, columns } satisfies TenantTable,
    /** Whether a row has to be looked into, which costs something. */
    plain: sealed.length === 0 && transactions.length === 0,
    opened: (row: Row, box: SecretBox["Service"]) =>
      mapSealed(row, (purpose, text) => Effect.map(box.open(purpose, text), Redacted.value)),
    sealed: (row: Row, box: SecretBox["Service"]) =>
      Effect.orDie(mapSealed(row, (purpose, text) => box.seal(purpose, Redacted.make(text)))),
    /** The row without what says nothing in another database, to be compared. */
    comparable: (row: Row): Row => row.map((value, index) => transactions.includes(index) ? null : value),
    /** Marks what some reader has before it; `waiting` are ids. */
    leaving: (row: Row, waiting: ReadonlySet<string>): Row =>
      row.map((value, index) =>
        transactions.includes(index) ? waiting.has(row[id] ?? "") ? unread : readBefore : value
      ),
    /** Puts what some reader has before it into the transaction that brings it. */
    coming: (row: Row, transaction: string): Row =>
      row.map((value, index) => transactions.includes(index) && value === unread ? transaction : value)
  }
}
export type MovingTable = ReturnType<typeof movingTable>
