import { Schema } from "effect"
import { createHmac } from "node:crypto"

/**
 * What a database holds of a tenant: of each table that has any, how many rows and a sum of them that does not depend on
 * their order. Both are taken of the rows as the app reads them, with what is sealed opened, under the key of one move: so
 * they can be compared between two databases, and tell nothing to whoever has not the key.
 */
export const Holdings = Schema.Record(
  Schema.String,
  Schema.Struct({ rows: Schema.Int, sum: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)) })
)
export type Holdings = typeof Holdings.Type

const modulus = 1n << 256n

/** Sums up rows as they come. */
export const makeHoldings = (key: Buffer) => {
  const tables = new Map<string, { rows: number; sum: bigint }>()
  return {
    add: (table: string, row: string) => {
      const known = tables.get(table) ?? { rows: 0, sum: 0n }
      const digest = createHmac("sha256", key).update(table).update("\n").update(row).digest("hex")
      tables.set(table, { rows: known.rows + 1, sum: (known.sum + BigInt(`0x${digest}`)) % modulus })
    },
    held: (): Holdings =>
      Object.fromEntries(
        [...tables].toSorted(([a], [b]) => a < b ? -1 : 1).map(([name, { rows, sum }]) => [name, holding(rows, sum)])
      )
  }
}

const holding = (rows: number, sum: bigint) => ({ rows, sum: sum.toString(16).padStart(64, "0") })

/** What is held beyond what was held before, if nothing of that was changed or taken away. */
export const added = (before: Holdings, now: Holdings): Holdings =>
  Object.fromEntries(
    Object.entries(now).flatMap(([name, { rows, sum }]) => {
      const old = before[name]
      if (old === undefined) return [[name, { rows, sum }]]
      const more = rows - old.rows
      const rest = (BigInt(`0x${sum}`) - BigInt(`0x${old.sum}`) + modulus) % modulus
      return more === 0 && rest === 0n ? [] : [[name, holding(more, rest)]]
    })
  )

/** In what the one differs from the other: a clause for each table, none where they are the same. */
export const differences = (sent: Holdings, arrived: Holdings): ReadonlyArray<string> =>
  [...new Set([...Object.keys(sent), ...Object.keys(arrived)])].toSorted().flatMap((name) => {
    const [one, other] = [sent[name], arrived[name]]
    if (one?.rows !== other?.rows) return [`${name} has ${other?.rows ?? 0} rows instead of ${one?.rows ?? 0}`]
    return one?.sum === other?.sum ? [] : [`${name} has other rows`]
  })

/** Rows of all tables. */
export const rowsIn = (held: Holdings) => Object.values(held).reduce((sum, { rows }) => sum + rows, 0)
