import { Effect, Option } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"

const moduleScript = /<script type="module"[^>]* src="([^"]+)"/

/** Whether `html` starts the app by another script than `own`, whose name a build makes from all that it holds. */
export const startsAnother = (html: string, own: string): boolean => {
  const named = moduleScript.exec(html)?.[1]
  return named !== undefined && named !== own
}

/** Key of the script that was left for the server's. */
const left = "left-version"

/**
 * Loads the app anew where the server has another version of it, once for each version: while servers of both are up, the
 * same one may come again. Does nothing where the server cannot be reached.
 */
export const loadNewVersion = Effect.gen(function*() {
  const own = document.querySelector("script[type=module][src]")?.getAttribute("src") ?? ""
  if (sessionStorage.getItem(left) === own) return
  const html = yield* HttpClient.get(location.origin, { headers: { accept: "text/html" } }).pipe(
    Effect.flatMap(HttpClientResponse.filterStatusOk),
    Effect.flatMap(({ text }) => text),
    Effect.timeout("10 seconds"),
    Effect.option
  )
  if (Option.isNone(html) || !startsAnother(html.value, own)) return
  sessionStorage.setItem(left, own)
  location.reload()
})
