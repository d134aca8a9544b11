import type { TenantId } from "@innkeeper/config"
import { Mailer } from "@innkeeper/platform"
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import type { Invitation } from "./SetupWriting.ts"

/** Mails invitations. One that cannot be sent is logged: whoever applied the document has the link, too. */
export const makeInvitations = Effect.gen(function*() {
  const mailer = yield* Mailer
  return Effect.fnUntraced(
    function*(
      tenant: { readonly id: TenantId; readonly name: string },
      invitations: ReadonlyArray<Invitation>
    ) {
      yield* Effect.forEach(
        invitations.filter(({ mail }) => mail),
        ({ name, url, user }) =>
          mailer.send({
            tenantId: tenant.id,
            to: user,
            subject: `${tenant.name} invites you to Innkeeper`,
            text: `${name}, you now have an account at ${tenant.name}. Sign in with this link, which works once, ` +
              `for seven days, and choose a password there:\n\n${url}`,
            messageId: `<${SecureRandom.uuidV7Unsafe()}@${new URL(url).hostname}>`
          }).pipe(
            Effect.catch(({ answer }) =>
              Effect.logWarning("An invitation could not be mailed", answer).pipe(Effect.annotateLogs({ to: user }))
            )
          ),
        { discard: true, concurrency: 4 }
      )
    }
  )
})
