import { Data, Effect } from "effect"

/** The script of a page could not be fetched: the server cannot be reached, or shows another version of the app by now. */
export class PageNotFetched extends Data.TaggedError("PageNotFetched") {}

/**
 * Fetches the script of a page for `lazyRouteComponent`, which by itself would load the app anew where that fails: without a
 * connection, all that was read would be gone.
 */
export const pageScript = <Script>(load: () => Promise<Script>) => (): Promise<Script> =>
  Effect.runPromise(Effect.mapError(Effect.tryPromise(load), () => new PageNotFetched()))
