/** What people ask of the ledger while it is broken. Tests only. */
import { Console, Effect, Fiber, Ref } from "effect"
import { request } from "node:http"
import type { TransferRequest } from "./Ledger.fixture.ts"
import { logs, type Pod, Pods } from "./Pods.fixture.ts"

/** Accounts of the ledger. */
export const accounts = Array.from({ length: 30 }, (_, number) => `account-${number}`)

type Answer = { readonly status: number; readonly text: string } | undefined
const none: Effect.Effect<Answer> = Effect.undefined

/** One HTTP request; undefined when there is no answer within the time, in milliseconds. */
export const ask = (method: "GET" | "POST", url: string, body?: object, timeout = 5000) =>
  Effect.callback<Answer>((resume) => {
    const sent = request(url, { method, agent: false, timeout }, (answer) => {
      let text = ""
      answer.on("data", (chunk: Buffer) => {
        text += chunk.toString()
      })
      answer.on("end", () => resume(Effect.succeed({ status: answer.statusCode ?? 0, text })))
      answer.on("error", () => resume(none))
    })
    sent.setTimeout(timeout, () => sent.destroy())
    sent.on("error", () => resume(none))
    if (body === undefined) sent.end()
    else sent.setHeader("content-type", "application/json").end(JSON.stringify(body))
    return Effect.sync(() => sent.destroy())
  })

/** Asks one pod after the other until one has accepted. The same id every time, as a caller does that heard no answer. */
export const insist = Effect.fnUntraced(function*(pods: ReadonlyArray<Pod>, transfer: TransferRequest, first = 0) {
  for (let attempt = 0; attempt < 120; attempt++) {
    const pod = pods[(first + attempt) % pods.length]!
    const answer = yield* ask("POST", `${pod.url}/transfers`, transfer)
    if (answer?.status === 202) return
    yield* Effect.sleep("250 millis")
  }
  return yield* Effect.die(new Error(`Nobody accepted ${transfer.id}`))
})

const kinds = ["workflow", "event", "job"] as const

/** The next transfer: a third of them workflows that sleep twice for up to 1.5 s, a third events, a third jobs. */
const next = (number: number): TransferRequest => {
  const from = number % accounts.length
  const to = (from + 1 + number % (accounts.length - 1)) % accounts.length
  return {
    kind: kinds[number % 3]!,
    id: `transfer-${number}`,
    from: accounts[from]!,
    to: accounts[to]!,
    amount: 1 + number % 100,
    millis: 100 + (number * 277) % 1400
  }
}

/** Asks for 10 transfers a second, while `trouble` runs and 2 s before and after it; gives all of them when each was accepted. */
export const underLoad = Effect.fnUntraced(function*<E, R>(trouble: Effect.Effect<unknown, E, R>) {
  const pods = yield* Pods
  const accepted = yield* Ref.make<ReadonlyArray<TransferRequest>>([])
  let number = 0
  const done = yield* Ref.make(false)
  const one = Effect.suspend(() => {
    const transfer = next(++number)
    return Effect.andThen(insist(pods, transfer, number), Ref.update(accepted, (all) => [...all, transfer]))
  })
  const asking = yield* Effect.forkScoped(Effect.gen(function*() {
    const fibers = []
    while (!(yield* Ref.get(done))) {
      fibers.push(yield* Effect.forkScoped(one))
      yield* Effect.sleep("100 millis")
    }
    yield* Fiber.joinAll(fibers)
  }))
  yield* Effect.sleep("2 seconds")
  yield* Effect.tapCause(trouble, () => Effect.flatMap(Pods, (pods) => Console.error(logs(pods))))
  yield* Effect.sleep("2 seconds")
  yield* Ref.set(done, true)
  yield* Fiber.join(asking)
  return yield* Ref.get(accepted)
}, Effect.scoped)
