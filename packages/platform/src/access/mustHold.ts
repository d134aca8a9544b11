import { Effect } from "effect"
import type { Scope } from "./Access.ts"
import { CurrentPrincipal } from "./Authorization.ts"
import { Forbidden } from "./Problems.ts"

/** Refuses what would give others, or take from them, scopes that the caller does not hold: nobody rises by a detour. */
export const mustHold = Effect.fnUntraced(function*(scopes: ReadonlyArray<Scope>) {
  const held = (yield* CurrentPrincipal).scopes
  const missing = scopes.filter((scope) => !held.includes(scope))
  if (missing.length > 0) {
    return yield* new Forbidden({ detail: `This needs what you do not have yourself: ${missing.join(", ")}` })
  }
})
