/** The Chromium of this machine. Tests only. */
import { Config, Context, Effect, Layer, Option } from "effect"
import { existsSync } from "node:fs"
import { type Browser, chromium } from "playwright-core"

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", chromium.executablePath()]

/** The path of a Chromium, if there is one: `CHROMIUM_PATH`, one of the system, or Playwright's own. */
export const chromiumPath = Effect.runSync(Effect.gen(function*() {
  const named = yield* Config.option(Config.String("CHROMIUM_PATH"))
  return [...Option.toArray(named), ...places].find((path) => existsSync(path))
}))

/** A started Chromium without a window. */
export class Chromium extends Context.Service<Chromium, Browser>()("browser/Chromium") {
  static readonly layer = Layer.effect(
    Chromium,
    Effect.acquireRelease(
      Effect.promise(() =>
        chromium.launch({
          ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
          // Chromium's sandbox refuses to start as root.
          args: process.getuid?.() === 0 ? ["--no-sandbox"] : []
        })
      ),
      (browser) => Effect.promise(() => browser.close())
    )
  )
}
