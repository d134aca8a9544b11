import { Effect } from "effect"
import { MailDelayed } from "./MailTransport.ts"

/** Fails 30 s after the mail began to be handed over to `server`. */
export const inTime = (server: string) =>
  Effect.timeoutOrElse({
    duration: "30 seconds",
    orElse: () => Effect.fail(new MailDelayed({ answer: `${server} did not answer within 30 s`, away: true }))
  })
