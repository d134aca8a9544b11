import { Effect } from "effect"
import { ProvisionFailed } from "../ProvisionFailed.ts"
import type { Tell } from "../Work.ts"
import { failedAs } from "./hearEngine.ts"
import { isAtWork, lockHoldersIn } from "./lockHolders.ts"
import type { StackLocked, TenantStack } from "./TenantStack.ts"

/**
 * Does what may meet a lock of the stack. One that a killed run has left is taken away and it is done again, once: who may
 * work at a tenant is decided by whoever asks, by a lease. A process on this machine that still works is left to end.
 */
export const pastLock = <A, R>(
  stack: TenantStack,
  tell: Tell,
  effect: Effect.Effect<A, ProvisionFailed | StackLocked, R>
) =>
  Effect.catchTag(
    effect,
    "StackLocked",
    Effect.fnUntraced(function*({ complaint }) {
      const working = yield* Effect.filter(lockHoldersIn(complaint), isAtWork)
      if (working[0] !== undefined) {
        return yield* new ProvisionFailed({
          problems: [`Another process of Pulumi, ${working[0].pid}, still works at the stack.`],
          refused: false
        })
      }
      yield* tell({
        _tag: "Said",
        level: "warning",
        message:
          "A run that was killed has left the stack locked. The lock is taken away, and what it left looked after."
      })
      yield* Effect.mapError(stack.recover, failedAs)
      return yield* Effect.catchTag(effect, "StackLocked", failedAs)
    })
  )
