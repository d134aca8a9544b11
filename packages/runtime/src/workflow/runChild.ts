import { Cause, Effect, Schema } from "effect"
import type { Workflow, WorkflowEngine } from "effect/workflow"

/** The child was cancelled by itself, not with its parent. */
export class ChildCancelled extends Schema.TaggedError<ChildCancelled>()("ChildCancelled", {
  workflow: Schema.String
}) {
  override get message() {
    return `${this.workflow} was cancelled`
  }
}

/**
 * In the body of a workflow: runs another one and waits for what it comes to. The child has the key of its payload, so one
 * that is under way is joined, and it is cancelled when its parent is.
 *
 * Use it instead of `child.execute`: there a child that somebody cancels leaves its parent without an end. Here it is an
 * error, which the parent may handle or end with.
 */
export const runChild = <
  Name extends string,
  Payload extends Workflow.AnyStructSchema,
  Success extends Schema.Top,
  Error extends Schema.Top
>(
  child: Workflow.Workflow<Name, Payload, Success, Error>,
  payload: Payload["~type.make.in"]
): Effect.Effect<
  Success["Type"],
  Error["Type"] | ChildCancelled,
  | WorkflowEngine.WorkflowEngine
  | Payload["EncodingServices"]
  | Success["DecodingServices"]
  | Error["DecodingServices"]
> =>
  child.execute(payload).pipe(
    // A suspension of the parent interrupts its fiber and never comes here.
    Effect.catchCauseIf(Cause.hasInterruptsOnly, () => Effect.fail(new ChildCancelled({ workflow: child._tag })))
  )
