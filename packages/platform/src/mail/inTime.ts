import { Duration, Effect } from "effect"
import { MailDelayed } from "./MailTransport.ts"

/** Fails so long after the mail began to be handed over to `server`. */
export const inTime = (server: string, limit: Duration.Duration) =>
  Effect.timeoutOrElse({
    duration: limit,
    orElse: () =>
      Effect.fail(
        new MailDelayed({ answer: `${server} did not answer within ${Duration.toSeconds(limit)} s`, away: true })
      )
  })

/** So long a provider's API may take, which answers once it has queued the mail. */
export const apiLimit = Duration.seconds(30)
