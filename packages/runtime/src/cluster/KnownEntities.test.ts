import { assert, layer } from "@effect/vitest"
import { DateTime, Effect, Layer, Schema } from "effect"
import { ClusterSchema, DeliverAt, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { SqlClient } from "effect/sql"
import { heldMark } from "../workflow/HeldMessageStore.ts"
import { database, eventually, pod, whileWorking } from "../workflow/testing.fixture.ts"

class Later extends Schema.Class<Later>("test/Later")({ id: Schema.String, at: Schema.DateTimeUtc }) {
  [DeliverAt.symbol]() {
    return this.at
  }
}

const old = Rpc.make("Old", { payload: { id: Schema.String } })
const young = Rpc.make("Young", { payload: Later })

const First = Entity.make("Grows", [old]).annotateRpcs(ClusterSchema.Persisted, true)
const Second = Entity.make("Grows", [old, young]).annotateRpcs(ClusterSchema.Persisted, true)
const Added = Entity.make("Added", [young]).annotateRpcs(ClusterSchema.Persisted, true)

/** Ids of the requests that some pod has handled. */
const handled = new Set<string>()
const tell = ({ payload }: { readonly payload: { readonly id: string } }) =>
  Effect.sync(() => void handled.add(payload.id))
const areHandled = (...ids: ReadonlyArray<string>) =>
  eventually(Effect.sync(() => [...handled]), () => ids.every((id) => handled.has(id)))

const AddedLive = Added.toLayer({ Young: tell })
const oldPod = pod(First.toLayer({ Old: tell }))
const newPod = pod(Layer.merge(Second.toLayer({ Old: tell, Young: tell }), AddedLive))

/** A new pod stores a message for each, which are due when an old one has their shards. */
const storeForLater = (id: string) =>
  Effect.gen(function*() {
    const at = DateTime.add(yield* DateTime.now, { hours: 1 })
    yield* whileWorking(newPod)(Effect.gen(function*() {
      yield* (yield* Second.client)("one").Young(new Later({ id: `known ${id}`, at }), { discard: true })
      yield* (yield* Added.client)("one").Young(new Later({ id: `unknown ${id}`, at }), { discard: true })
    }))
    const sql = yield* SqlClient.SqlClient
    yield* sql`UPDATE cluster_messages SET deliver_at = 1 WHERE NOT processed`
  })

const held = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly type: string }>`
    SELECT entity_type AS type FROM cluster_messages WHERE last_read = ${heldMark}::timestamp AND NOT processed ORDER BY type`
  return rows.map(({ type }) => type)
})

const bothHeld = Effect.map(eventually(held, (types) => types.length === 2), (types) => {
  assert.deepStrictEqual(types, ["Added", "Grows"])
})

layer(database, { excludeTestServices: true, timeout: "60 seconds" })("a message for an entity or a request", (it) => {
  it.effect("that a pod does not know waits for one that does, and holds up no others", () =>
    Effect.gen(function*() {
      yield* storeForLater("a")
      yield* whileWorking(oldPod)(Effect.gen(function*() {
        yield* bothHeld
        yield* (yield* First.client)("one").Old({ id: "other" })
        assert.deepStrictEqual(yield* areHandled("other"), ["other"])
      }))
      yield* whileWorking(newPod)(areHandled("known a", "unknown a"))
      assert.deepStrictEqual(yield* held, [])
    }))

  it.effect("is taken up when that entity registers", () =>
    Effect.gen(function*() {
      yield* storeForLater("b")
      yield* whileWorking(oldPod)(Effect.gen(function*() {
        yield* bothHeld
        yield* Layer.build(AddedLive)
        yield* areHandled("unknown b")
      }))
      assert.deepStrictEqual(yield* held, ["Grows"])
    }))
})
