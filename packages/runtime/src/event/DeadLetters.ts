import { platformWork } from "@innkeeper/database"
import { Array, Context, Effect, Layer } from "effect"
import { type DeadLetter, type DeadLetterId, DeadLetterNotFound, DeadLetterSettled } from "./DeadLetter.ts"
import {
  type DeadLetterFilter,
  type DeadLetterKind,
  findLetters,
  moveLetter,
  moveLetters,
  presentMoment
} from "./DeadLetterStore.ts"
import { tellReaders } from "./OutboxStore.ts"

/** Letters that one transaction moves. */
const portion = 500

/** Events that could not be handled, of all tenants, for those who run the platform. */
export class DeadLetters extends Context.Service<DeadLetters, {
  /** Letters that match, those put aside last first. */
  readonly search: (filter: DeadLetterFilter) => Effect.Effect<ReadonlyArray<DeadLetter>>
  readonly get: (id: DeadLetterId) => Effect.Effect<DeadLetter, DeadLetterNotFound>
  /**
   * Hands the event to its consumer once more, on whichever pod that runs. It returns when this is ordered, not when it is
   * done: the letter becomes `replayed`, or `dead` again with the newer error. It comes after what its subject's other events
   * have done since, and never beside one of them.
   */
  readonly replay: (id: DeadLetterId) => Effect.Effect<DeadLetter, DeadLetterNotFound | DeadLetterSettled>
  /** Decides that the event is not to be handled. A replay that waits for its consumer is given up. */
  readonly discard: (id: DeadLetterId) => Effect.Effect<DeadLetter, DeadLetterNotFound | DeadLetterSettled>
  /** As `replay`, for each letter of a kind that is dead now; gives how many. Those that die again meanwhile are left. */
  readonly replayAll: (kind: DeadLetterKind) => Effect.Effect<number>
  /** As `discard`, for each letter of a kind that is dead now; gives how many. */
  readonly discardAll: (kind: DeadLetterKind) => Effect.Effect<number>
}>()("runtime/DeadLetters") {
  static readonly layer = Layer.effect(
    DeadLetters,
    Effect.gen(function*() {
      const across = yield* platformWork("dead letters")

      const found = Effect.fnUntraced(function*(id: DeadLetterId) {
        const [letter] = yield* findLetters({ id, limit: 1 })
        return letter ?? (yield* new DeadLetterNotFound({ id }))
      })

      const move = Effect.fnUntraced(function*(id: DeadLetterId, to: "replaying" | "discarded") {
        const moved = yield* moveLetter(id, to)
        const letter = yield* found(id)
        if (!moved) return yield* new DeadLetterSettled({ id, state: letter.state })
        if (to === "replaying") yield* tellReaders([letter.type])
        return letter
      })

      const moveAll = Effect.fnUntraced(function*(kind: DeadLetterKind, to: "replaying" | "discarded") {
        const until = yield* across(presentMoment)
        let total = 0
        for (;;) {
          const types = yield* across(
            moveLetters(kind, { to, until, limit: portion }).pipe(
              Effect.tap((types) => to === "replaying" ? tellReaders(Array.dedupe(types)) : Effect.void)
            )
          )
          total += types.length
          if (types.length < portion) return total
        }
      })

      return DeadLetters.of({
        search: Effect.fn("DeadLetters.search")((filter) => across(findLetters(filter))),
        get: Effect.fn("DeadLetters.get")((id) => across(found(id))),
        replay: Effect.fn("DeadLetters.replay")((id) => across(move(id, "replaying"))),
        discard: Effect.fn("DeadLetters.discard")((id) => across(move(id, "discarded"))),
        replayAll: Effect.fn("DeadLetters.replayAll")((kind) => moveAll(kind, "replaying")),
        discardAll: Effect.fn("DeadLetters.discardAll")((kind) => moveAll(kind, "discarded"))
      })
    })
  )
}
