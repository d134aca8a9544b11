import { assert, layer } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { Command } from "effect/cli"
import { fileURLToPath } from "node:url"
import { commandLineLayer, run, token } from "./innkeeper.fixture.ts"
import { innkeeper } from "./innkeeper.ts"

const call = (args: ReadonlyArray<string>) => run(args, { INNKEEPER_ADMIN_TOKEN: token })

const here = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url))

/** What a command and those below it give as examples. */
const examplesOf = ({ examples, subcommands }: Command.Command.Any): ReadonlyArray<string> => [
  ...examples.map(({ command }) => command),
  ...subcommands.flatMap(({ commands }) => commands.flatMap(examplesOf))
]

layer(commandLineLayer)("the examples of the help texts", (it) => {
  it.effect("can be followed, with the files of the demonstration, on a server that runs here", () =>
    Effect.gen(function*() {
      const files = yield* FileSystem.FileSystem
      const examples = examplesOf(innkeeper)
      assert.isAbove(examples.length, 4)
      yield* call(["tenants", "create", here("demo/tenants/summit.yaml"), "--yes"])
      for (const example of examples) {
        const args = example.split(" ").slice(1).filter((arg) => arg !== "--yes")
          .map((arg) => arg.startsWith("demo/") ? here(arg) : arg)
        const harmless = args.includes("--dry-run") || args.includes("--plan") ? args : [...args, "--plan"]
        assert.isNull((yield* call(harmless)).failure, example)
        for (const file of args.filter((arg) => arg.endsWith(".yaml"))) {
          assert.notInclude(yield* files.readFileString(file), "mode: cloud", example)
        }
      }
    }))
})
