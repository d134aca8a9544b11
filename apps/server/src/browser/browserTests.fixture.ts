/** Tests of a running server in a real browser. Tests only. */
import { describe, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { join } from "node:path"
import { launch } from "../e2e/process.fixture.ts"
import { Server, type ServerOptions } from "../e2e/server.fixture.ts"
import { programFolder } from "../Program.ts"
import { Chromium, chromiumPath } from "./chromium.fixture.ts"
import { Sessions } from "./sessions.fixture.ts"

/** What the server serves is built from the sources of now. */
const built = Layer.effectDiscard(Effect.gen(function*() {
  const build = yield* launch(process.execPath, [join(programFolder, "tools/buildWeb.mjs")])
  const { code } = yield* build.ended
  if (code !== 0) return yield* Effect.die(new Error(build.output()))
}))

const started = (options: ServerOptions) =>
  layer(
    Layer.merge(Layer.provideMerge(Sessions.layer, Server.layer(options)), Chromium.layer).pipe(Layer.provide(built)),
    {
      excludeTestServices: true,
      timeout: "170 seconds"
    }
  )

/** Tests that share a server with the demonstration in it, and a browser. Skipped where there is no Chromium. */
export const browserTests = (
  name: string,
  tests: Parameters<ReturnType<typeof started>>[1],
  options: ServerOptions = { env: { DEMO: "true" } }
) => describe.skipIf(chromiumPath === undefined)(name, () => started(options)(tests))
