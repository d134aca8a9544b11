import { NodeServices } from "@effect/platform-node"
import { EmbeddedPostgres } from "@innkeeper/database"
import { Effect, FileSystem, Layer, ManagedRuntime } from "effect"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  export interface ProvidedContext {
    /** Folder of the Unix socket of the PostgreSQL of this test run. */
    readonly postgresSocket: string
  }
}

/** Nothing of a test run has to survive a crash of the machine. */
const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "300" }

const Postgres = Layer.unwrap(Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  const dataFolder = yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-test-" })
  // PostgreSQL's own user has to enter it when the tests run as root.
  yield* fs.chmod(dataFolder, 0o755)
  return EmbeddedPostgres.layer({ dataFolder, settings })
})).pipe(Layer.provide(NodeServices.layer))

/** One throw-away PostgreSQL for the whole test run. Vitest calls it before the tests, and the result after them. */
export default (project: TestProject) => {
  const runtime = ManagedRuntime.make(Postgres)
  return runtime.runPromise(Effect.map(EmbeddedPostgres, ({ socket }) => {
    project.provide("postgresSocket", socket)
    return () => runtime.dispose()
  }))
}
