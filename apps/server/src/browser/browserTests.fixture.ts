/** Tests of a running server in a real browser. Tests only. */
import { describe, layer } from "@effect/vitest"
import { Layer } from "effect"
import { Server, type ServerOptions } from "../e2e/server.fixture.ts"
import { Chromium, chromiumPath } from "./chromium.fixture.ts"
import { Sessions } from "./sessions.fixture.ts"

const started = (options: ServerOptions) =>
  layer(
    Layer.merge(Layer.provideMerge(Sessions.layer, Server.layer(options)), Chromium.layer),
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
