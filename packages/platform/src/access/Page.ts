import { Uuid } from "@innkeeper/config"
import { Schema } from "effect"

/** Query of a list: `cursor` of the previous page, which is the id of its last row, and how many rows. */
export const pageQuery = {
  cursor: Schema.optionalKey(Uuid),
  limit: Schema.optionalKey(
    Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 200 }))
  )
}

/** One page of a list; `nextCursor` is null on the last. */
export const Page = <S extends Schema.Top>(item: S) =>
  Schema.Struct({ items: Schema.Array(item), nextCursor: Schema.NullOr(Schema.String) })
