import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** Ids of the values that a run was sent by a signal, in order. */
export const signalsOf = Effect.fnUntraced(function*(options: {
  readonly workflow: string
  readonly executionId: string
  readonly name: string
}) {
  const sql = yield* SqlClient.SqlClient
  const { executionId, name, workflow } = options
  const rows = yield* sql<{ readonly payload: string }>`
    SELECT payload FROM cluster_messages
    WHERE entity_type = ${`Workflow/${workflow}`} AND entity_id = ${executionId} AND tag = 'deferred'`
  const sent = new Map(rows.map(({ payload }) => {
    const deferred: { readonly name: string; readonly exit: { readonly value?: { readonly id: string } } } = JSON.parse(
      payload
    )
    return [deferred.name, deferred.exit.value?.id]
  }))
  const ids: Array<string> = []
  for (let number = 1; sent.has(`${name}/${number}`); number++) ids.push(sent.get(`${name}/${number}`) ?? "")
  return ids
})
