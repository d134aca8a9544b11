import { type Envelope, ShardId } from "effect/cluster"
import type { NewRequest } from "./MessageStore.ts"

type Fresh = NewRequest["envelope"]

/**
 * Requests that this process stored for shards of its own: the engine gets them from here, without reading them back. All of
 * them are in the database as well, so what is forgotten here is read there.
 */
export class FreshMessages {
  /** Shards that the engine looked for last: those of this process. */
  owned: ReadonlySet<string> = new Set()
  /** Requests of other processes that wait here until the engine has read them. */
  readonly awaited = new Set<string>()
  /** Committed requests that the engine has not taken yet. */
  readonly #committed = new Map<string, Fresh>()
  /** Requests that are being stored, and whether the engine took them from the database before their commit was told here. */
  readonly #storing = new Map<string, { taken: boolean }>()

  /** A request is about to be stored. */
  store({ envelope, deliverAt }: NewRequest) {
    const place = { taken: false }
    this.#storing.set(envelope.requestId, place)
    return {
      /** It is in the database now. */
      committed: () => {
        if (!place.taken && deliverAt === null && this.owned.has(ShardId.toString(envelope.address.shardId))) {
          this.#committed.set(envelope.requestId, envelope)
        }
      },
      /** It was stored or was not. */
      ended: () => {
        this.#storing.delete(envelope.requestId)
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

  /** Takes what there is of this process's shards, at most `limit`. What belongs to another by now is in the database for it. */
  take(limit: number) {
    const taken: Array<Fresh> = []
    for (const [id, envelope] of this.#committed) {
      if (taken.length >= limit) break
      this.#committed.delete(id)
      if (this.owned.has(ShardId.toString(envelope.address.shardId))) taken.push(envelope)
    }
    return taken
  }

  /** The engine did not get them after all. */
  putBack(taken: ReadonlyArray<Fresh>) {
    for (const envelope of taken) this.#committed.set(envelope.requestId, envelope)
  }
}
