import { type Envelope, ShardId } from "effect/cluster"

type Request = Extract<Envelope.Encoded, { readonly _tag: "Request" }>

const addressOf = ({ address }: Request) => `${address.entityType}/${address.entityId}`

const isWorkflow = ({ address: { entityType } }: Request) =>
  entityType.startsWith("Workflow/") && !entityType.startsWith("Workflow/-/")

/**
 * Runs of workflows that this process stored and began, until their first reply. What such a run has done in the database
 * was done by this process, so an activity that comes for the first time here comes for the first time at all.
 */
export class FreshRuns {
  /** Address of each run, by the id of its request. */
  readonly #runs = new Map<string, string>()
  readonly #byAddress = new Map<string, { readonly shard: string; readonly keys: Set<string> }>()

  /** The engine takes a message that this process stored and nobody had before. */
  begin(envelope: Request) {
    if (envelope.tag !== "run" || !isWorkflow(envelope)) return
    const address = addressOf(envelope)
    this.#runs.set(envelope.requestId, address)
    this.#byAddress.set(address, { shard: ShardId.toString(envelope.address.shardId), keys: new Set() })
  }

  /** Whether this is an activity of such a run that comes for the first time. Those that run in a transaction are none. */
  isFirst(envelope: Request, primaryKey: string | null) {
    if (envelope.tag !== "activity" || primaryKey === null) return false
    const keys = this.#byAddress.get(addressOf(envelope))?.keys
    if (keys === undefined || keys.has(primaryKey)) return false
    keys.add(primaryKey)
    const payload = envelope.payload as { readonly withTransaction?: boolean }
    return payload.withTransaction !== true
  }

  /** The request was answered, or read from the database: what became of the run is there. */
  end(requestId: string) {
    const address = this.#runs.get(requestId)
    if (address === undefined) return
    this.#runs.delete(requestId)
    this.#byAddress.delete(address)
  }

  /** Shards were taken over: another process may have gone on with their runs. */
  forget(shards: Iterable<string>) {
    const gone = new Set(shards)
    for (const [id, address] of this.#runs) if (gone.has(this.#byAddress.get(address)!.shard)) this.end(id)
  }
}
