import { TenantId } from "@innkeeper/config"
import { DeadLetter, DeadLetterId, DeadLetterState } from "@innkeeper/runtime/api"
import { Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AccessRule, AdminToken } from "../access/Access.ts"
import { Page, pageQuery } from "../access/Page.ts"
import { Conflict, NotFound } from "../access/Problems.ts"
import { Text } from "../access/Text.ts"
import { AdminAuthorization } from "../tenant/AdminAuthorization.ts"

const letter = { params: { id: DeadLetterId }, success: DeadLetter }

/** Which letters are meant; what is left out does not matter. */
export const DeadLetterKind = Schema.Struct({
  consumer: Schema.optionalKey(Text(200)),
  type: Schema.optionalKey(Text(200)),
  tenantId: Schema.optionalKey(TenantId),
  text: Schema.optionalKey(Text(200))
})

/** Words that choose letters. Blank ones choose none, and would leave every letter of every tenant chosen. */
const Choosing = Text(200).check(Schema.isPattern(/\S/, { expected: "a text that is not blank" }))

/** Which letters are decided on together, and how many it came to. */
const many = {
  payload: Schema.Struct({
    ...DeadLetterKind.fields,
    consumer: Schema.optionalKey(Choosing),
    text: Schema.optionalKey(Choosing)
  }),
  success: Schema.Struct({ count: Schema.Int })
}

/** Events that could not be handled. A replay is ordered here and done by the pod that runs the consumer. */
export class DeadLetterApi extends HttpApiGroup.make("deadLetters")
  .add(
    HttpApiEndpoint.get("search", "/", {
      query: {
        state: Schema.optionalKey(DeadLetterState),
        ...DeadLetterKind.fields,
        ...pageQuery,
        cursor: Schema.optionalKey(DeadLetterId)
      },
      success: Page(DeadLetter)
    }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.get("get", "/:id", { ...letter, error: NotFound }).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("replay", "/:id/replay", { ...letter, error: [NotFound, Conflict] })
      .annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("discard", "/:id/discard", { ...letter, error: [NotFound, Conflict] })
      .annotate(AccessRule, AdminToken),
    /** All of a kind that are dead now. */
    HttpApiEndpoint.post("replayAll", "/replay", many).annotate(AccessRule, AdminToken),
    HttpApiEndpoint.post("discardAll", "/discard", many).annotate(AccessRule, AdminToken)
  )
  .middleware(AdminAuthorization)
  .prefix("/admin/dead-letters")
  .annotate(HttpApi.PayloadParseOptions, { onExcessProperty: "error", errors: "all" })
{}
