/** What tests say to `scriptedProvisioner.fixture.ts`, and see of it. */
import { NodeFileSystem } from "@effect/platform-node"
import { Context, Duration, Effect, FileSystem, Layer, Schedule } from "effect"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { childProvisioner } from "./ChildProvisioner.ts"
import type { Script } from "./scriptedProvisioner.fixture.ts"

export const scriptedProgram = fileURLToPath(new URL("./scriptedProvisioner.fixture.ts", import.meta.url))

const lines = (text: string) => text.split("\n").filter((line) => line !== "")

/** The folder through which a test and the program that it scripts know of each other. */
export class Scripted extends Context.Service<Scripted, {
  readonly folder: string
  /** What the program does from now on, but for the actions that `by` names. */
  readonly play: (script: Script, by?: Readonly<Record<string, Script>>) => Effect.Effect<void>
  /** Lets a program go on that is held. */
  readonly letGo: Effect.Effect<void>
  /** Lines of what it did: operation, action, slug, tier, service, backup. */
  readonly effects: Effect.Effect<ReadonlyArray<string>>
  /** Lines of its beginnings: process, operation, action, names of its variables. */
  readonly began: Effect.Effect<ReadonlyArray<string>>
  /** Processes that stopped because their standard input was closed. */
  readonly stopped: Effect.Effect<ReadonlyArray<string>>
}>()("test/Scripted") {
  static readonly in = Effect.fnUntraced(function*(folder: string) {
    const fs = yield* FileSystem.FileSystem
    const read = (file: string) =>
      Effect.map(Effect.orElseSucceed(fs.readFileString(join(folder, file)), () => ""), lines)
    const play = (script: Script, by: Readonly<Record<string, Script>> = {}) =>
      fs.writeFileString(join(folder, "script.json"), JSON.stringify({ script, by })).pipe(
        Effect.andThen(fs.remove(join(folder, "go"), { force: true })),
        Effect.orDie
      )
    yield* play("build")
    return Scripted.of({
      folder,
      play,
      letGo: Effect.orDie(fs.writeFileString(join(folder, "go"), "")),
      effects: read("effects"),
      began: read("began"),
      stopped: read("stopped")
    })
  })

  static readonly layer = Layer.effect(
    Scripted,
    Effect.gen(function*() {
      const fs = yield* FileSystem.FileSystem
      return yield* Scripted.in(yield* fs.makeTempDirectoryScoped({ prefix: "innkeeper-provisioner-" }))
    })
  ).pipe(Layer.provide(NodeFileSystem.layer))
}

/** The scripted program as the provisioner. */
export const scriptedProvisioner = (silence: Duration.Input = "20 seconds") =>
  Layer.unwrap(Effect.map(Scripted, ({ folder }) =>
    childProvisioner({
      adapter: "render",
      program: [scriptedProgram, folder],
      environment: { PATH: "/usr/bin:/bin" },
      silence: Duration.fromInputUnsafe(silence),
      grace: Duration.seconds(5)
    })))

/** What `look` sees once it holds. */
export const eventually = <A, E, R>(look: Effect.Effect<A, E, R>, holds: (seen: A) => boolean) =>
  Effect.repeat(look, { until: holds, schedule: Schedule.spaced("30 millis") })
