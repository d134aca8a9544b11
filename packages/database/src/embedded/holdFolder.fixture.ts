import { Effect, Layer } from "effect"
import { EmbeddedPostgres } from "./EmbeddedPostgres.ts"

/** Runs PostgreSQL on the folder given as argument until it is killed, and prints its socket. */
const dataFolder = process.argv[2] ?? ""
const Held = Layer.effectDiscard(
  Effect.flatMap(EmbeddedPostgres, ({ socket }) => Effect.sync(() => process.stdout.write(`${socket}\n`)))
).pipe(
  Layer.provide(EmbeddedPostgres.layer({ dataFolder, settings: { fsync: "off" } }))
)
Effect.runFork(Layer.launch(Held))
