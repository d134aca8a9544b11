/** The ledger: what moves money from one account to another, by everything that the runtime has. Tests only. */
import { TenantId } from "@innkeeper/config"
import { asTenant, withTenant } from "@innkeeper/database"
import { Context, Duration, Effect, Layer, PrimaryKey, Schema } from "effect"
import { ClusterCron, ClusterSchema, Entity } from "effect/cluster"
import { HttpClient, HttpClientRequest } from "effect/http"
import { Rpc } from "effect/rpc"
import { Activity, DurableClock } from "effect/workflow"
import { EventConsumer } from "../event/EventConsumer.ts"
import { Outbox } from "../event/Outbox.ts"
import { Job } from "../job/Job.ts"
import { JobQueue } from "../job/JobQueue.ts"
import { Jobs } from "../job/Jobs.ts"
import { JobWorker } from "../job/JobWorker.ts"
import { Schedules } from "../schedule/Schedules.ts"
import { firstVersion, versionedWorkflow } from "../workflow/PayloadVersions.ts"
import { sleep } from "../workflow/sleep.ts"
import { databaseMillis, insertPosting, insertTick, insertTimer } from "./LedgerStore.fixture.ts"

/** What a pod of the ledger is told. */
export class LedgerPod extends Context.Service<LedgerPod, {
  readonly name: string
  readonly tenantId: TenantId
  /** URL of the receiver outside. */
  readonly receiver: string
}>()("ledger/Pod") {}

/** What somebody asks the ledger to do. */
export const TransferRequest = Schema.Struct({
  kind: Schema.Literals(["workflow", "event", "job"]),
  id: Schema.String,
  from: Schema.String,
  to: Schema.String,
  amount: Schema.Int,
  /** How long a workflow sleeps, twice, between the two postings, in milliseconds. */
  millis: Schema.Int
})
export type TransferRequest = typeof TransferRequest.Type

const ofTenant = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(LedgerPod, ({ tenantId }) => Effect.orDie(withTenant(effect)).pipe(asTenant(tenantId)))

/** Tells the receiver outside of a transfer. Fails as a defect unless it took it. */
const tell = Effect.fnUntraced(function*(key: string, body: { readonly transfer: string; readonly currency: string }) {
  const { receiver } = yield* LedgerPod
  const client = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
  yield* HttpClientRequest.post(receiver).pipe(
    HttpClientRequest.setHeader("idempotency-key", key),
    HttpClientRequest.bodyJsonUnsafe(body),
    client.execute,
    Effect.timeout("5 seconds"),
    Effect.orDie
  )
})

class Post extends Schema.Class<Post>("ledger/Post")({ transfer: Schema.String, amount: Schema.Int }) {
  [PrimaryKey.symbol]() {
    return this.transfer
  }
}

/** An account. `Post` survives whatever happens to the pod; `Ping` says which pod holds the account, and does not. */
export const Account = Entity.make("LedgerAccount", [
  Rpc.make("Post", { payload: Post }).annotate(ClusterSchema.Persisted, true),
  Rpc.make("Ping", { success: Schema.String })
])

const AccountLive = Account.toLayer(Effect.gen(function*() {
  const { name } = yield* LedgerPod
  const { entityId } = yield* Entity.CurrentAddress
  return Account.of({
    Post: ({ payload: { amount, transfer } }) =>
      Effect.asVoid(ofTenant(insertPosting({ transfer, account: entityId, amount }))),
    Ping: () => Effect.succeed(name)
  })
}))

const fields = {
  id: Schema.String,
  from: Schema.String,
  to: Schema.String,
  amount: Schema.Int,
  millis: Schema.Int
}
const first = firstVersion(fields)

const newFields = { ...fields, currency: Schema.String }

/** The second version knows currencies; what began before is in euros. */
const second = first.next(newFields, (previous) => ({ ...previous, currency: "EUR" }))

const idempotencyKey = ({ id }: { readonly id: string }) => id

export const Transfer = versionedWorkflow("ledger/Transfer", { payload: first, idempotencyKey })
export const NewTransfer = versionedWorkflow("ledger/Transfer", { payload: second, idempotencyKey })

/** Writes down by the database's clock when a sleep was to end and when it did. */
const timed = Effect.fnUntraced(
  function*<E, R>(id: string, kind: string, millis: number, sleep: Effect.Effect<void, E, R>) {
    const due = yield* Activity.make({
      name: `${kind}/due`,
      success: Schema.Finite,
      execute: Effect.map(Effect.orDie(databaseMillis), (now) => now + millis)
    })
    yield* sleep
    yield* Activity.make({ name: `${kind}/woke`, execute: ofTenant(insertTimer(`${id}/${kind}`, due)) })
  }
)

/** Takes from one account, sleeps in both ways, tells the receiver, and gives to the other. */
const transfer = Effect.fnUntraced(function*(
  { amount, currency, from, id, millis, to }: Schema.Struct.Type<typeof newFields>
) {
  const account = yield* Account.client
  yield* Activity.make({
    name: "withdraw",
    execute: Effect.orDie(account(from).Post(new Post({ transfer: id, amount: -amount })))
  })
  yield* timed(id, "memory", millis, sleep({ name: "rest", duration: Duration.millis(millis) }))
  yield* timed(
    id,
    "stored",
    millis,
    DurableClock.sleep({ name: "wait", duration: Duration.millis(millis), inMemoryThreshold: 0 })
  )
  yield* Activity.make({
    name: "tell",
    execute: Effect.flatMap(Activity.idempotencyKey("tell"), (key) => tell(key, { transfer: id, currency }))
  })
  yield* Activity.make({
    name: "deposit",
    execute: Effect.orDie(account(to).Post(new Post({ transfer: id, amount })))
  })
})

export const TransferLive = Transfer.toLayer((payload) => transfer({ ...payload, currency: "unknown" }))
export const NewTransferLive = NewTransfer.toLayer(transfer)

const Begun = Schema.Struct({ id: Schema.String, to: Schema.String, amount: Schema.Int })
const begun = "ledger.begun"

const Deposit = Job.make("ledger.deposit", {
  queue: JobQueue.make("ledger", { partitions: 3 }),
  payload: Begun,
  retry: { times: 30, base: "100 millis", cap: "1 second" }
})

/**
 * Takes from one account and, in the same transaction, tells it or has a job do the rest. A second request with the same id
 * changes nothing.
 */
export const begin = Effect.fnUntraced(function*({ amount, from, id, kind, to }: TransferRequest) {
  const { publishAll } = yield* Outbox
  const { enqueue } = yield* Jobs
  yield* ofTenant(Effect.gen(function*() {
    if (!(yield* insertPosting({ transfer: id, account: from, amount: -amount }))) return
    if (kind === "job") yield* enqueue(Deposit, { id, to, amount })
    else yield* publishAll([{ type: begun, subject: to, payload: { id, to, amount } }])
  }))
})

/** Gives to the other account what was taken from the one, and tells the receiver first. */
const deposit = Effect.fnUntraced(function*(key: string, { amount, id, to }: typeof Begun.Type) {
  yield* tell(key, { transfer: id, currency: "EUR" })
  yield* ofTenant(insertPosting({ transfer: id, account: to, amount }))
})

const JobsLive = JobWorker.layer(Deposit, (payload, { idempotencyKey }) => deposit(idempotencyKey, payload))

const EventsLive = Layer.unwrap(Effect.map(
  Effect.context<LedgerPod | HttpClient.HttpClient>(),
  (context) =>
    EventConsumer.layer({
      name: "ledger-deposits",
      types: [begun],
      handler: Effect.fnUntraced(function*({ id, payload }) {
        yield* deposit(id, yield* Effect.orDie(Schema.decodeUnknownEffect(Begun)(payload)))
      }, Effect.provideContext(context))
    })
))

/** Writes a tick every second, on one pod. */
const TicksLive = Schedules.layer({
  name: "ledger-ticks",
  cron: "* * * * * *",
  zone: "UTC",
  skipIfOlderThan: "1 hour",
  run: Effect.gen(function*() {
    yield* insertTick(yield* ClusterCron.CurrentScheduledTime, (yield* LedgerPod).name)
  })
})

/** What the ledger does on its own, but for its workflow. */
export const LedgerLive = Layer.mergeAll(AccountLive, EventsLive, JobsLive, TicksLive)
