import { Effect } from "effect"
import { Server, startServer } from "../e2e/server.fixture.ts"
import { browserTests } from "./browserTests.fixture.ts"
import { openAs, see, seeNoMore, step } from "./page.fixture.ts"
import { fireTestAlert } from "./testAlert.fixture.ts"

const env = { DEMO: "true" }

browserTests("A page that loses its server", (it) => {
  it.effect("says so, comes back by itself, and shows what happened meanwhile", () =>
    Effect.gen(function*() {
      const server = yield* Server
      const { context, page } = yield* openAs("ines@lakeside.example.com")
      yield* step(page.goto("/incidents"))
      const connection = page.getByRole("navigation", { name: "Pages" }).getByRole("status")
      yield* see(connection.filter({ hasText: "Connected" }))
      yield* step(page.evaluate("window.sameDocument = true"))

      yield* server.kill
      yield* see(connection.filter({ hasText: "Reconnecting" }))
      yield* see(connection.filter({ hasText: "Stale" }))
      const notice = page.getByRole("alert").filter({ hasText: "What you see may be old" })
      yield* see(notice)

      yield* step(context.setOffline(true))
      yield* startServer({ dataFolder: server.dataFolder, port: server.port, env })
      yield* fireTestAlert("The sauna is cold")
      yield* step(context.setOffline(false))
      yield* see(connection.filter({ hasText: "Connected" }))
      yield* seeNoMore(notice)
      yield* see(page.getByRole("link", { name: "The sauna is cold" }))
      yield* step(page.waitForFunction("window.sameDocument === true"))
    }))
}, { env })
