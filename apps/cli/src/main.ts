import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { FetchHttpClient } from "effect/http"
import manifest from "../package.json" with { type: "json" }
import { innkeeper } from "./innkeeper.ts"
import { refusalsToStderr } from "./refusalsToStderr.ts"
import { tellLostOutput } from "./tellLostOutput.ts"

tellLostOutput()

Command.run(innkeeper, { version: manifest.version }).pipe(
  Effect.tapErrorTag("Failure", ({ message }) => Console.error(message)),
  Effect.tapDefect((defect) => Console.error("innkeeper failed in a way that nobody foresaw:", defect)),
  // @effect-diagnostics-next-line strictEffectProvide:off -- the entry point
  Effect.provide(Layer.mergeAll(NodeServices.layer, FetchHttpClient.layer, refusalsToStderr)),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
