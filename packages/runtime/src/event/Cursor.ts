import { Schema } from "effect"

/**
 * A place in the stream of events: everything up to it has been read.
 *
 * Events are ordered by transaction and then by position. A transaction's number is given before it commits, so readers
 * stop below the oldest one that still runs (`horizon`): of an older one nothing can appear any more.
 */
export interface Cursor {
  readonly transaction: bigint
  readonly position: bigint
}

export const start: Cursor = { transaction: 0n, position: 0n }

const shape = /^\d{1,20}-\d{1,19}$/
const described = { expected: "a cursor as the server gave it" }

/** The greatest numbers of PostgreSQL's `xid8` and `bigint`. */
const greatest: Cursor = { transaction: 2n ** 64n - 1n, position: 2n ** 63n - 1n }

/** A cursor as its readers outside keep it: `transaction-position`. */
export const CursorText = Schema.String.check(
  Schema.isPattern(shape, described),
  Schema.makeFilter<string>((text) => {
    if (!shape.test(text)) return true
    const { position, transaction } = parseCursor(text)
    return transaction <= greatest.transaction && position <= greatest.position
  }, described)
)

export const cursorText = ({ position, transaction }: Cursor) => `${transaction}-${position}`

/** The cursor that a `CursorText` stands for. */
export const parseCursor = (text: string): Cursor => {
  const [transaction = "0", position = "0"] = text.split("-")
  return { transaction: BigInt(transaction), position: BigInt(position) }
}
