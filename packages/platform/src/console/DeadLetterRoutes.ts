import { DeadLetters, redactByName } from "@innkeeper/runtime"
import { DeadLetter, type DeadLetterNotFound, type DeadLetterSettled } from "@innkeeper/runtime/api"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Conflict, NotFound } from "../access/Problems.ts"
import { AdminAudit } from "./AdminAudit.ts"
import { ConsoleApi } from "./ConsoleApi.ts"
import type { DeadLetterKind } from "./DeadLetterApi.ts"
import { pageOf } from "./pageOf.ts"

const missing = () => new NotFound({ resource: "dead letter" })

const shown = (letter: DeadLetter) => new DeadLetter({ ...letter, payload: redactByName(letter.payload) })

const settled = ({ state }: DeadLetterSettled) =>
  new Conflict({ detail: `This dead letter is ${state}: there is nothing left to decide` })

export const DeadLetterRoutes = HttpApiBuilder.group(
  ConsoleApi,
  "deadLetters",
  Effect.fnUntraced(function*(handlers) {
    const letters = yield* DeadLetters
    const audit = yield* AdminAudit

    const decide = (
      action: string,
      decided: Effect.Effect<DeadLetter, DeadLetterNotFound | DeadLetterSettled>
    ) =>
      decided.pipe(
        Effect.catchTags({
          DeadLetterNotFound: () => Effect.fail(missing()),
          DeadLetterSettled: (error) => Effect.fail(settled(error))
        }),
        Effect.tap(({ consumer, id, tenantId, type }) =>
          audit.record({ action, subject: `dead-letter:${id}`, detail: { consumer, type, tenantId } })
        ),
        Effect.map(shown)
      )

    const decideAll = Effect.fnUntraced(
      function*(action: string, kind: typeof DeadLetterKind.Type, decided: Effect.Effect<number>) {
        const count = yield* decided
        yield* audit.record({ action, subject: "dead-letters", detail: { ...kind, count } })
        return { count }
      }
    )

    return handlers.handleAll({
      search: ({ query: { cursor, limit, state, ...filter } }) =>
        pageOf(
          limit,
          (limit) =>
            Effect.map(
              letters.search({ ...filter, before: cursor, limit, ...(state === undefined ? {} : { states: [state] }) }),
              (found) => found.map(shown)
            )
        ),
      get: ({ params }) => letters.get(params.id).pipe(Effect.mapBoth({ onSuccess: shown, onFailure: missing })),
      replay: ({ params }) => decide("dead-letter.replayed", letters.replay(params.id)),
      discard: ({ params }) => decide("dead-letter.discarded", letters.discard(params.id)),
      replayAll: ({ payload }) => decideAll("dead-letters.replayed", payload, letters.replayAll(payload)),
      discardAll: ({ payload }) => decideAll("dead-letters.discarded", payload, letters.discardAll(payload))
    })
  })
)
