import { DeadLetters } from "@innkeeper/runtime"
import type { DeadLetter, DeadLetterNotFound, DeadLetterSettled } from "@innkeeper/runtime/api"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Conflict, NotFound } from "../access/Problems.ts"
import { AdminAudit } from "./AdminAudit.ts"
import { ConsoleApi } from "./ConsoleApi.ts"
import { pageOf } from "./pageOf.ts"

const missing = () => new NotFound({ resource: "dead letter" })

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
        )
      )

    return handlers.handleAll({
      search: ({ query: { cursor, limit, state, ...filter } }) =>
        pageOf(
          limit,
          (limit) =>
            letters.search({ ...filter, before: cursor, limit, ...(state === undefined ? {} : { states: [state] }) })
        ),
      get: ({ params }) => Effect.mapError(letters.get(params.id), missing),
      replay: ({ params }) => decide("dead-letter.replayed", letters.replay(params.id)),
      discard: ({ params }) => decide("dead-letter.discarded", letters.discard(params.id))
    })
  })
)
