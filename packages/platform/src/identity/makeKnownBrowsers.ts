import { Duration, Effect, Option } from "effect"
import { Signer } from "../secrets/Signer.ts"
import { randomToken } from "../secrets/tokens.ts"

/** Name of the cookie by which a browser shows that an address has signed in there. It lets nobody in. */
export const browserCookie = "innkeeper_browser"

/** How long a browser is known after a sign-in. */
export const browserLifetime = Duration.days(365)

const purposeOf = (email: string) => `browser of ${email.toLowerCase()}`

/**
 * Makes and reads the tokens of browsers in which an address has signed in before. Tries to sign in are counted by such a
 * browser, so that who guesses elsewhere does not keep the person out (OWASP, Slow Down Online Guessing Attacks with Device
 * Cookies).
 */
export const makeKnownBrowsers = Effect.map(Signer, (signer) => ({
  /** A token for the browser in which the address has just signed in. */
  remember: (email: string) => signer.sign(purposeOf(email), randomToken(), browserLifetime),
  /** Which browser a token is of; none where the address has not signed in there. */
  find: (email: string, token: string): Effect.Effect<Option.Option<string>> =>
    Effect.option(signer.verify(purposeOf(email), token))
}))
