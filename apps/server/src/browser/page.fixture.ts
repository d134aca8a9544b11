/** Pages of the web UI in a real browser, and how a test waits for what they show. Tests only. */
import { Effect } from "effect"
import type { BrowserContext, BrowserContextOptions, Locator } from "playwright-core"
import { eventually } from "../e2e/eventually.fixture.ts"
import { Server } from "../e2e/server.fixture.ts"
import { Chromium } from "./chromium.fixture.ts"
import { Sessions } from "./sessions.fixture.ts"

/** A step of the browser. It fails the test when it fails, or takes longer than the page's patience. */
export const step = <A>(promise: Promise<A>) => Effect.promise(() => promise)

/** Waits until it can be seen. */
export const see = (locator: Locator) => step(locator.waitFor())

/** Waits until it can be seen no more. */
export const seeNoMore = (locator: Locator) => step(locator.waitFor({ state: "hidden" }))

/** Waits until the address, from the path on, is of that form. */
export const arrive = (page: { readonly url: () => string }, path: RegExp) =>
  eventually(
    `address ${path}`,
    Effect.sync(() => page.url().replace(/^https?:\/\/[^/]+/, "")),
    (address) => path.test(address)
  )

/** Wide enough for a list and a detail side by side. */
export const desktop = { width: 1440, height: 900 }

/** A common phone. */
export const phone = { width: 390, height: 844 }

/** A browser on one. */
export const onPhone = { viewport: phone, isMobile: true, hasTouch: true }

/** What every page has to fit on. */
export const devices = [
  { device: "a phone", options: onPhone },
  { device: "a desktop", options: { viewport: desktop } }
] as const

/** A browser's profile of its own: nobody is signed in there. */
export const openContext = Effect.fnUntraced(function*(options: BrowserContextOptions = {}) {
  const browser = yield* Chromium
  const server = yield* Server
  const context = yield* Effect.acquireRelease(
    Effect.promise(() =>
      browser.newContext({
        baseURL: server.url,
        viewport: desktop,
        locale: "en-GB",
        timezoneId: "Europe/Zurich",
        ...options
      })
    ),
    (context) => Effect.promise(() => context.close())
  )
  context.setDefaultTimeout(60_000)
  return context
})

/** Enters with a session that was begun elsewhere. */
export const enter = Effect.fnUntraced(function*(context: BrowserContext, { cookie }: { readonly cookie: string }) {
  const server = yield* Server
  const separator = cookie.indexOf("=")
  yield* step(context.addCookies([{
    name: cookie.slice(0, separator),
    value: cookie.slice(separator + 1),
    url: server.url
  }]))
})

/** A page in a profile of its own, with one of the demonstration's people signed in. */
export const openAs = Effect.fnUntraced(function*(email: string, options?: BrowserContextOptions) {
  const sessions = yield* Sessions
  const context = yield* openContext(options)
  yield* enter(context, yield* sessions.of(email))
  return yield* openPage(context)
})

/** A new tab, and what it has complained about so far: errors of scripts, of loading and of the security policy. */
export const openPage = Effect.fnUntraced(function*(context: BrowserContext) {
  const page = yield* step(context.newPage())
  const complaints: Array<string> = []
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      complaints.push(`${message.text()} (${message.location().url})`)
    }
  })
  page.on("pageerror", (error) => complaints.push(String(error.stack)))
  return { context, page, complaints }
})
