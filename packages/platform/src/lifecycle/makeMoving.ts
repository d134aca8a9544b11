import { decodeTenantConfig, type TenantId } from "@innkeeper/config"
import { Effect } from "effect"
import type { TenantArchive } from "../archive/TenantArchive.ts"
import { differences } from "../move/Holdings.ts"
import type { MoveKeys } from "../move/moveKey.ts"
import { findMove } from "../move/MoveStore.ts"
import type { TenantMoves } from "../move/TenantMoves.ts"
import { OperationStopped } from "./OperationStopped.ts"
import type { StoredOperation } from "./OperationStore.ts"

const stopped = (problem: string) => new OperationStopped({ problems: [problem] })
const stoppedBy = ({ message }: { readonly message: string }) => stopped(message)

/** What the steps of a move do with the tenant's rows in the shared database, each once however often it is asked for. */
export const makeMoving = ({ across, archives, keys, moves, tenantOf }: {
  readonly archives: TenantArchive["Service"]
  readonly keys: MoveKeys["Service"]
  readonly moves: TenantMoves["Service"]
  readonly tenantOf: (operation: StoredOperation) => Effect.Effect<{ readonly id: TenantId }>
  /** As the platform, in one transaction. */
  readonly across: (find: ReturnType<typeof findMove>) => Effect.Effect<Effect.Success<ReturnType<typeof findMove>>>
}) => {
  const movingOf = ({ id }: StoredOperation) => ({ operation: id, key: keys.of(id) })
  const known = ({ id }: StoredOperation) => across(findMove(id))

  const pack = Effect.fnUntraced(function*(operation: StoredOperation) {
    const { id } = yield* tenantOf(operation)
    const { request } = operation
    const config = "config" in request ? yield* Effect.orDie(decodeTenantConfig(request.config)) : null
    yield* moves.pack(id, movingOf(operation), config).pipe(
      Effect.catchTags({
        NotFound: () => stopped("The tenant is gone"),
        ArchiveStorageFailed: stoppedBy
      })
    )
  })

  const compare = Effect.fnUntraced(function*(operation: StoredOperation) {
    const move = yield* known(operation)
    if (move?.sent == null || move.answered === null) {
      return yield* stopped(
        "The tenant's own database has not answered that the data has arrived; nothing was taken away"
      )
    }
    const [difference] = differences(move.sent, move.answered)
    if (difference !== undefined) {
      return yield* stopped(
        `The tenant's own database does not hold what was sent: ${difference}; nothing was taken away`
      )
    }
  })

  const bring = Effect.fnUntraced(function*(operation: StoredOperation) {
    const move = yield* known(operation)
    if (move?.archive == null) return yield* stopped("The data has not come from the tenant's own database")
    yield* Effect.mapError(moves.bring(move.archive, movingOf(operation)), stoppedBy)
  })

  /** Undoes `bring`. */
  const takeBack = Effect.fnUntraced(function*(operation: StoredOperation) {
    if ((yield* known(operation))?.arrived == null) return
    const { id } = yield* tenantOf(operation)
    yield* archives.remove(id)
  })

  /** Undoes the removal of what was sent. What is back is left alone. */
  const giveBack = Effect.fnUntraced(function*(operation: StoredOperation) {
    const move = yield* known(operation)
    if (move?.archive == null) return yield* stopped("There is no archive of the data that was sent")
    if (move.arrived !== null) return
    const { id } = yield* tenantOf(operation)
    yield* archives.remove(id)
    yield* bring(operation)
  })

  return { pack, compare, bring, takeBack, giveBack }
}
