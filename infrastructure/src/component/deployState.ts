import * as pulumi from "@pulumi/pulumi"
import { Effect, Result } from "effect"
import { planState } from "../bootstrap/planState.ts"
import { decodeStateSettings } from "../bootstrap/StateSettings.ts"
import { Planned } from "./Planned.ts"

/** Deploys the bucket and the key that all other stacks are kept with. */
export const deployState = (settings: unknown): Planned => {
  const result = Effect.runSync(Effect.result(decodeStateSettings(settings)))
  if (Result.isFailure(result)) throw new pulumi.RunError(result.failure.message)
  return new Planned("innkeeper:state:State", planState(pulumi.getStack(), result.success))
}
