import { platformWork } from "@innkeeper/database"
import { ByteSize, DateTime, Effect, Option, Schema, Stream } from "effect"
import { HttpIncomingMessage, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { problemType } from "../access/Problems.ts"
import { archiveNameOf } from "../archive/archiveNameOf.ts"
import { ArchiveStorage } from "../archive/ArchiveStorage.ts"
import { findOperation } from "../lifecycle/OperationStore.ts"
import { OperationId } from "../lifecycle/TenantOperation.ts"
import { sameText } from "../secrets/sameText.ts"
import { Holdings } from "./Holdings.ts"
import { MoveKeys, moveToken } from "./moveKey.ts"
import { findMove, noteMove } from "./MoveStore.ts"
import { TenantMoves } from "./TenantMoves.ts"

/** The largest archive that is taken. */
const largest = ByteSize.gibibytes(64)

const problem = (name: string, status: number, title: string, detail: string) =>
  HttpServerResponse.jsonUnsafe({ type: problemType(name), status, title, detail }, {
    status,
    contentType: "application/problem+json"
  })

const unknown = problem("not-found", 404, "Not found", "There is no move under way for which this key was made")
const done = HttpServerResponse.empty({ status: 204 })

const isOperation = Schema.is(OperationId)

/**
 * Where the job that moves a tenant's data comes for it, or brings it: for who has the key of a move that is under way, and
 * nobody else (`Authorization: Bearer`).
 *
 * - `GET /api/v1/moves/{operation}/archive`: the data
 * - `PUT /api/v1/moves/{operation}/archive`: the data
 * - `PUT /api/v1/moves/{operation}/arrived`: what has arrived (`Holdings`)
 */
export const MoveRoutes = HttpRouter.use(Effect.fnUntraced(function*(router) {
  const [keys, moves, storage] = [yield* MoveKeys, yield* TenantMoves, yield* ArchiveStorage]
  const across = yield* platformWork("tenant move")

  /** The operation that the caller has the key of, while it is under way. */
  const admitted = Effect.gen(function*() {
    const { headers } = yield* HttpServerRequest.HttpServerRequest
    const { operation: id = "" } = yield* HttpRouter.params
    const [, token = ""] = /^Bearer +(\S+)$/i.exec(headers["authorization"] ?? "") ?? []
    if (!isOperation(id) || !sameText(token, moveToken(keys.of(id)))) return Option.none()
    const operation = yield* across(findOperation(id))
    return operation === undefined || operation.finishedAt !== null
      ? Option.none()
      : Option.some({ slug: operation.slug, moving: { operation: id, key: keys.of(id) } })
  })
  type Admitted = Option.Option.Value<Effect.Success<typeof admitted>>

  const forMove = <E, R>(
    handle: (move: Admitted) => Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
  ) => Effect.flatMap(admitted, Option.match({ onNone: () => Effect.succeed(unknown), onSome: handle }))

  const path = "/api/v1/moves/:operation" as const

  yield* router.add(
    "GET",
    `${path}/archive`,
    forMove(({ moving: { operation } }) =>
      Effect.map(across(findMove(operation)), (move) =>
        move?.archive == null
          ? unknown
          : HttpServerResponse.stream(storage.read(move.archive), { contentType: "application/gzip" }))
    )
  )

  yield* router.add(
    "PUT",
    `${path}/archive`,
    forMove(Effect.fnUntraced(function*({ moving, slug }) {
      const request = yield* HttpServerRequest.HttpServerRequest
      const name = archiveNameOf({ at: yield* DateTime.now, slug })
      yield* Effect.orDie(storage.write(name, Stream.orDie(request.stream)))
      const refusal = yield* moves.verify(name, moving).pipe(
        Effect.map((of) => of === slug ? undefined : `It is of the tenant ${of}`),
        Effect.catchTag("MoveRefused", ({ message }) => Effect.succeed(message)),
        Effect.orDie
      )
      if (refusal !== undefined) return problem("unprocessable", 422, "This is not the data of the move", refusal)
      yield* across(noteMove({ operation: moving.operation, slug }, { archive: name }))
      return done
    })).pipe(Effect.provideService(HttpIncomingMessage.MaxBodySize, largest))
  )

  yield* router.add(
    "PUT",
    `${path}/arrived`,
    forMove(({ moving: { operation }, slug }) =>
      HttpServerRequest.schemaBodyJson(Holdings).pipe(
        Effect.flatMap((answered) => across(noteMove({ operation, slug }, { answered }))),
        Effect.as(done),
        Effect.catchTag("SchemaError", ({ message }) =>
          Effect.succeed(problem("unprocessable", 422, "This does not say what has arrived", message)))
      )
    )
  )
}))
