import { Effect } from "effect"
import type { RunRef } from "./EscalationRun.ts"
import { Escalate } from "./EscalationWorkflow.ts"
import { Pager } from "./Pager.ts"

/**
 * Takes the first step of a run at once and leaves what follows to the workflow. Repeating it changes nothing but that a
 * page which was written and not handed over is handed over.
 */
export const beginEscalation = Effect.fnUntraced(function*(run: RunRef) {
  const pager = yield* Pager
  const outcome = yield* pager.step(run, 0)
  if (outcome.kind === "wait") yield* Escalate.execute({ ...run, seconds: outcome.seconds }, { discard: true })
})
