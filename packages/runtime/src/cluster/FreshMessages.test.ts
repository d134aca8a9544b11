import { assert, describe, it } from "@effect/vitest"
import { EntityAddress, EntityId, EntityType, ShardId } from "effect/cluster"
import { FreshMessages } from "./FreshMessages.ts"
import type { NewRequest } from "./MessageStore.ts"

const request = (requestId: string, shard: number, deliverAt: number | null = null, entityId = "1"): NewRequest => ({
  primaryKey: null,
  deliverAt,
  envelope: {
    _tag: "Request",
    requestId,
    address: { shardId: { group: "default", id: shard }, entityType: "Desk", entityId },
    tag: "Note",
    payload: {},
    headers: {}
  }
})

const owning = (...shards: ReadonlyArray<number>) => {
  const fresh = new FreshMessages()
  fresh.owned = new Set(shards.map((shard) => `default:${shard}`))
  return fresh
}

const ids = (envelopes: ReadonlyArray<{ readonly requestId: string }>) => envelopes.map(({ requestId }) => requestId)

describe("FreshMessages", () => {
  it("claims what is due now and of a shard of its own, and gives it once it is committed", () => {
    const fresh = owning(1)
    const own = fresh.store(request("1", 1))
    const later = fresh.store(request("2", 1, 1_000))
    const foreign = fresh.store(request("3", 2))
    assert.deepStrictEqual([own, later, foreign].map(({ claimed }) => claimed), [true, false, false])
    assert.deepStrictEqual(ids(fresh.take(10).taken), [])
    for (const place of [own, later, foreign]) place.committed()
    assert.deepStrictEqual(ids(fresh.take(10).taken), ["1"])
    assert.deepStrictEqual(ids(fresh.take(10).taken), [])
  })

  it("gives nothing that the engine found in the database before", () => {
    const fresh = owning(1)
    const place = fresh.store(request("1", 1))
    fresh.markTaken([request("1", 1)])
    place.committed()
    assert.deepStrictEqual(ids(fresh.take(10).taken), [])
  })

  it("gives what is for some entities, and keeps the rest", () => {
    const fresh = owning(1)
    for (const [id, desk] of [["1", "a"], ["2", "b"], ["3", "a"]] as const) {
      fresh.store(request(id, 1, null, desk)).committed()
    }
    const b = EntityAddress.make({
      entityType: EntityType.make("Desk"),
      entityId: EntityId.make("b"),
      shardId: ShardId.make("default", 1)
    })
    assert.deepStrictEqual(ids(fresh.take(10, [b]).taken), ["2"])
    assert.deepStrictEqual(ids(fresh.take(10).taken), ["1", "3"])
  })

  it("tells what it has claimed of shards that are another's by now", () => {
    const fresh = owning(1, 2)
    for (const [id, shard] of [["1", 1], ["2", 2]] as const) fresh.store(request(id, shard)).committed()
    fresh.owned = new Set(["default:2"])
    const { lost, taken } = fresh.take(10)
    assert.deepStrictEqual([ids(lost), ids(taken)], [["1"], ["2"]])
  })
})
