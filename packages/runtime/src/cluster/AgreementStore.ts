import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"

const Agreed = Schema.Record(Schema.String, Schema.Union([Schema.Finite, Schema.Boolean]))
export type Agreed = typeof Agreed.Type

const decode = Schema.decodeUnknownEffect(Schema.Array(Schema.Struct({ settings: Agreed, alone: Schema.Boolean })))

/** The settings that the pods agreed on, and whether no pod was seen in the last `seconds`. The first pod's are taken. */
export const agreeOn = Effect.fnUntraced(function*(settings: Agreed, seconds: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    INSERT INTO cluster_settings (settings) VALUES (${JSON.stringify(settings)}::jsonb) ON CONFLICT DO NOTHING`
  const [row] = yield* decode(
    yield* sql`
      SELECT settings, NOT EXISTS (
        SELECT FROM cluster_pod WHERE seen_at > now() - make_interval(secs => ${seconds})
      ) AS alone
      FROM cluster_settings`
  )
  return row!
})

export const replaceSettings = Effect.fnUntraced(function*(settings: Agreed) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`UPDATE cluster_settings SET settings = ${JSON.stringify(settings)}::jsonb, agreed_at = now()`
})
