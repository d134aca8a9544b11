import { platformWork } from "@innkeeper/database"
import { Context, Effect, Layer } from "effect"
import { type DeadLetter, type DeadLetterId, DeadLetterNotFound, DeadLetterSettled } from "./DeadLetter.ts"
import { type DeadLetterFilter, findLetters, moveLetter } from "./DeadLetterStore.ts"
import { tellReaders } from "./OutboxStore.ts"

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

      return DeadLetters.of({
        search: Effect.fn("DeadLetters.search")((filter) => across(findLetters(filter))),
        get: Effect.fn("DeadLetters.get")((id) => across(found(id))),
        replay: Effect.fn("DeadLetters.replay")((id) => across(move(id, "replaying"))),
        discard: Effect.fn("DeadLetters.discard")((id) => across(move(id, "discarded")))
      })
    })
  )
}
