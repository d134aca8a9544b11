import { TenantSlug } from "@innkeeper/config"
import { Duration, Effect, Option, Schema } from "effect"
import { Signer } from "../secrets/Signer.ts"

/** Name of the cookie by which a browser shows that an account was entered there. It lets nobody in. */
export const browserCookie = "innkeeper_browser"

/** How long a browser is known after a sign-in. */
export const browserLifetime = Duration.days(365)

const purposeOf = (email: string) => `browser of ${email.toLowerCase()}`

const decodeSlug = Schema.decodeUnknownOption(TenantSlug)

/**
 * Makes and reads the tokens of browsers in which somebody has signed in before. Where others have used up the tries, such a
 * browser has some of its own (OWASP, Slow Down Online Guessing Attacks with Device Cookies), for that account alone: another
 * organisation can enter the same address and sign in with a password that it has set itself.
 */
export const makeKnownBrowsers = Effect.map(Signer, (signer) => ({
  /** A token for the browser in which an address has just signed in to an organisation. */
  remember: (email: string, organisation: TenantSlug) => signer.sign(purposeOf(email), organisation, browserLifetime),
  /** The organisation to which the address has signed in in the browser of a token, if any. */
  find: (email: string, token: string): Effect.Effect<Option.Option<TenantSlug>> =>
    Effect.map(Effect.option(signer.verify(purposeOf(email), token)), Option.flatMap(decodeSlug))
}))
