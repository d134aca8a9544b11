import { type EntityAddress, type Envelope, ShardId } from "effect/cluster"
import type { NewRequest } from "./MessageStore.ts"

type Fresh = NewRequest["envelope"]

const nameOf = ({ entityId, entityType }: { readonly entityType: string; readonly entityId: string }) =>
  `${entityType} ${entityId}`

/**
 * Requests that this process stored for shards of its own: the engine gets them from here, without reading them back. They
 * are stored as read already; the next owner of a shard takes that mark away and reads them like any other.
 */
export class FreshMessages {
  /** Shards that the engine looked for last: those of this process. */
  owned: ReadonlySet<string> = new Set()
  /** Requests of other processes that wait here until the engine has read them. */
  readonly awaited = new Set<string>()
  /** Requests that the engine has not taken yet; all but the kept ones are committed. */
  readonly #committed = new Map<string, Fresh>()
  /** Requests that are being stored, and whether the engine took them from the database before their commit was told here. */
  readonly #storing = new Map<string, { taken: boolean }>()

  /** Whether this process has its shard. */
  owns({ address }: Fresh) {
    return this.owned.has(ShardId.toString(address.shardId))
  }

  /** The engine shall get a request before it is in the database. */
  keep(envelope: Fresh) {
    this.#committed.set(envelope.requestId, envelope)
  }

  /** A request is about to be stored: for this process to deliver (`claimed`), or for the owner of its shard to read. */
  store({ envelope, deliverAt }: NewRequest) {
    const id = envelope.requestId
    const claimed = deliverAt === null && this.owns(envelope)
    const place = { taken: false }
    this.#storing.set(id, place)
    return {
      claimed,
      /** It is in the database now. */
      committed: () => {
        if (claimed && !place.taken) this.#committed.set(id, envelope)
      },
      /** It was stored or was not. */
      ended: () => {
        this.#storing.delete(id)
      }
    }
  }

  /** Notes what the engine has taken from the database, so that it gets nothing twice. */
  markTaken(read: ReadonlyArray<{ readonly envelope: Envelope.Encoded }>) {
    for (const { envelope } of read) {
      const id = String(envelope.requestId)
      const place = this.#storing.get(id)
      if (place !== undefined) place.taken = true
      this.#committed.delete(id)
      this.awaited.delete(id)
    }
  }

  /**
   * Takes what there is of this process's shards, at most `limit`, and for these entities alone where any are given; `lost`
   * are of shards that it has no more.
   */
  take(limit: number, entities?: ReadonlyArray<EntityAddress.EntityAddress>) {
    const wanted = entities && new Set(entities.map(nameOf))
    const taken: Array<Fresh> = []
    const lost: Array<Fresh> = []
    for (const [id, envelope] of this.#committed) {
      if (taken.length >= limit) break
      const owns = this.owns(envelope)
      if (owns && wanted?.has(nameOf(envelope.address)) === false) continue
      this.#committed.delete(id)
      if (owns) taken.push(envelope)
      else lost.push(envelope)
    }
    return { taken, lost }
  }

  /** The engine did not get them after all. */
  putBack(taken: ReadonlyArray<Fresh>) {
    for (const envelope of taken) this.#committed.set(envelope.requestId, envelope)
  }
}
