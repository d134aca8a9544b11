import { Effect } from "effect"
import { hostname } from "node:os"
import { ProvisionFailed } from "../ProvisionFailed.ts"
import type { Tell } from "../Work.ts"
import { failedAs } from "./hearEngine.ts"
import { isAtWork, lockHoldersIn } from "./lockHolders.ts"
import type { StackLocked, TenantStack } from "./TenantStack.ts"

/**
 * Does what may meet a lock of the stack. One that a killed run has left is taken away and it is done again, once: that it was
 * killed is known of a process of this machine, and of others when whoever asked says that a run was `abandoned`. All others are
 * left to those who work.
 */
export const pastLock = <A, R>(
  stack: TenantStack,
  { abandoned, tell }: { readonly abandoned: boolean; readonly tell: Tell },
  effect: Effect.Effect<A, ProvisionFailed | StackLocked, R>
) =>
  Effect.catchTag(
    effect,
    "StackLocked",
    Effect.fnUntraced(function*({ complaint }) {
      const holders = lockHoldersIn(complaint)
      const working = yield* Effect.filter(holders, isAtWork)
      if (working[0] !== undefined) {
        return yield* new ProvisionFailed({
          problems: [`Another process of Pulumi, ${working[0].pid}, still works at the stack.`],
          refused: false
        })
      }
      const [stranger] = holders.filter(({ host }) => host !== hostname())
      if (!abandoned && (stranger !== undefined || holders.length === 0)) {
        return yield* new ProvisionFailed({
          problems: [
            `A run of Pulumi on ${
              stranger?.host ?? "another machine"
            } works at the stack: wait for its end. If it was killed, ` +
            "pulumi cancel takes its lock away."
          ],
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
