import { CurrentTenant } from "@innkeeper/database"
import { Effect, Option } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { NotFound } from "../access/Problems.ts"
import { PlatformApi } from "../PlatformApi.ts"
import { MailCatcher } from "./MailCatcher.ts"

/** Answers 404 where mail is really sent, since there is nothing to look at. */
export const MailboxRoutes = HttpApiBuilder.group(
  PlatformApi,
  "mailbox",
  Effect.fnUntraced(function*(handlers) {
    const catcher = yield* Effect.serviceOption(MailCatcher)
    const mails = Effect.gen(function*() {
      if (Option.isNone(catcher)) return yield* new NotFound({ resource: "mailbox" })
      return yield* catcher.value.mails((yield* CurrentTenant).id)
    })
    return handlers.handleAll({
      list: () => mails,
      get: ({ params }) =>
        mails.pipe(
          Effect.flatMap((found) => Effect.fromNullishOr(found.find(({ id }) => id === params.id))),
          Effect.catchTag("NoSuchElementError", () => new NotFound({ resource: "mail" }))
        )
    })
  })
)
