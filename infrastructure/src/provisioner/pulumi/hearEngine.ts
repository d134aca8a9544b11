import type { ProvisionEvent, ResourceChange } from "@innkeeper/config"
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js"
import { type Cause, Duration, Effect, Fiber, Queue, Stream } from "effect"
import { ProvisionFailed } from "../ProvisionFailed.ts"
import type { Tell } from "../Work.ts"
import { changeOf, errorOf, plainText, violationOf } from "./engineEvents.ts"
import type { Listener, StackFailed } from "./TenantStack.ts"

const cliMissing = "Pulumi's CLI is not on the path: install it (https://www.pulumi.com/docs/install/), or take the " +
  "adapter render, which needs none and applies nothing."

/** The last lines of what the CLI printed, where the engine itself told of no error. */
const complaintOf = (text: string): ReadonlyArray<string> => {
  const lines = plainText(text).split("\n").map((line) => line.trim()).filter((line) => line !== "")
  const errors = lines.filter((line) => line.startsWith("error:")).map((line) => line.slice("error:".length).trim())
  return errors.length > 0 ? errors : lines.slice(-5)
}

/** A failure of the CLI in sentences for people. */
export const failedAs = (failure: StackFailed): ProvisionFailed => {
  if (failure._tag === "CliMissing") return new ProvisionFailed({ problems: [cliMissing], refused: false })
  const [first = "Pulumi's CLI failed and did not say why.", ...others] = complaintOf(failure.complaint)
  return new ProvisionFailed({ problems: [first, ...others], refused: false })
}

const anyOf = (problems: Iterable<string>, refused: boolean) => {
  const [first, ...others] = problems
  return first === undefined ? undefined : new ProvisionFailed({ problems: [first, ...others], refused })
}

/** Minutes between two signs of life, also while the engine tells of nothing: a backup may take hours. */
const signOfLife = 5

const saySignsOfLife = Effect.fnUntraced(function*(tell: Tell) {
  for (let minutes = signOfLife;; minutes += signOfLife) {
    yield* Effect.sleep(Duration.minutes(signOfLife))
    yield* tell({ _tag: "Said", level: "info", message: `Still at work, for ${minutes} minutes.` })
  }
})

/**
 * Runs a command of the engine and passes on, in order, what `translate` makes of what the engine tells. Gives the changes
 * that it announced. What the policy pack forbids is refused; a lock is left to whoever asked.
 */
export const hearEngine = Effect.fnUntraced(function*<E extends StackFailed, R>(
  run: (listen: Listener) => Effect.Effect<void, E, R>,
  translate: (event: EngineEvent) => ReadonlyArray<ProvisionEvent>,
  tell: Tell
) {
  const heard = yield* Queue.unbounded<EngineEvent, Cause.Done>()
  const changes: Array<ResourceChange> = []
  const errors = new Set<string>()
  const violations = new Set<string>()
  const listen = (event: EngineEvent) => {
    const [change, error, violation] = [changeOf(event), errorOf(event), violationOf(event)]
    if (change !== undefined) changes.push(change)
    if (error !== undefined) errors.add(error)
    if (violation !== undefined) violations.add(violation)
    Queue.offerUnsafe(heard, event)
  }
  const telling = yield* Effect.forkChild(
    Stream.runForEach(Stream.fromQueue(heard), (event) => Effect.forEach(translate(event), tell, { discard: true }))
  )
  const living = yield* Effect.forkChild(saySignsOfLife(tell))
  yield* run(listen).pipe(
    Effect.ensuring(Effect.all([Fiber.interrupt(living), Queue.end(heard), Fiber.join(telling)])),
    Effect.mapError((failure: StackFailed) =>
      failure._tag === "StackLocked"
        ? failure
        : anyOf(violations, true) ?? anyOf(errors, false) ?? failedAs(failure)
    )
  )
  return changes as ReadonlyArray<ResourceChange>
})
