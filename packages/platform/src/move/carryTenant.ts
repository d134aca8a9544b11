import type { TenantSlug } from "@innkeeper/config"
import { platformWork } from "@innkeeper/database"
import { DateTime, Effect, type Redacted, Schedule, Schema, Stream } from "effect"
import { HttpBody, HttpClient, HttpClientRequest, type HttpClientResponse } from "effect/http"
import { archiveNameOf } from "../archive/archiveNameOf.ts"
import { ArchiveStorage } from "../archive/ArchiveStorage.ts"
import { findConfigs } from "../tenant/TenantConfigStore.ts"
import { rowsIn } from "./Holdings.ts"
import { moveToken } from "./moveKey.ts"
import { TenantMoves } from "./TenantMoves.ts"

/** The tenant's data could not be carried; `reason` is a sentence. */
export class CarryingFailed extends Schema.TaggedError<CarryingFailed>()("CarryingFailed", { reason: Schema.String }) {
  override get message() {
    return this.reason
  }
}

const failed = ({ message }: { readonly message: string }) => new CarryingFailed({ reason: message })

/** A network or a server that is away for a moment: for about a minute. */
const again = Schedule.exponential("500 millis").pipe(Schedule.upTo({ times: 7 }))

/**
 * Carries a tenant's data between this database, which is its own, and the shared one. Every part can be done again.
 *
 * `url` is that of the move at the server which carries out the operation: `…/api/v1/moves/{operation}`.
 */
export const carryTenant = Effect.fn("carryTenant")(function*({ direction, key, slug, url }: {
  readonly direction: "in" | "out"
  readonly slug: TenantSlug
  readonly url: string
  readonly key: Redacted.Redacted<string>
}) {
  const [moves, storage] = [yield* TenantMoves, yield* ArchiveStorage]
  const client = yield* HttpClient.HttpClient
  const across = yield* platformWork("tenant move")
  const moving = { operation: url.split("/").at(-1) ?? "", key }

  const refused = Effect.fnUntraced(function*(response: HttpClientResponse.HttpClientResponse) {
    const text = yield* Effect.orElseSucceed(response.text, () => "")
    return yield* new CarryingFailed({ reason: `${url} has answered ${response.status}: ${text.slice(0, 500)}` })
  })
  const ask = (request: HttpClientRequest.HttpClientRequest) =>
    client.execute(HttpClientRequest.bearerToken(request, moveToken(key))).pipe(
      Effect.mapError(failed),
      Effect.filterOrElse(({ status }) => status < 300, refused),
      Effect.retry(again)
    )

  const carryIn = Effect.gen(function*() {
    const name = archiveNameOf({ at: yield* DateTime.now, slug })
    const { stream } = yield* ask(HttpClientRequest.get(`${url}/archive`))
    yield* Effect.mapError(storage.write(name, Stream.orDie(stream)), failed)
    const arrived = yield* Effect.mapError(moves.bring(name, moving), failed)
    yield* ask(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.put(`${url}/arrived`), arrived))
    return arrived
  })

  const carryOut = Effect.gen(function*() {
    const [tenant] = yield* across(findConfigs(slug))
    if (tenant === undefined) {
      return yield* new CarryingFailed({ reason: `There is no tenant ${slug} in its own database` })
    }
    const { held, name } = yield* Effect.mapError(moves.pack(tenant.id, moving, null), failed)
    const body = HttpBody.stream(storage.read(name), "application/gzip")
    yield* ask(HttpClientRequest.setBody(HttpClientRequest.put(`${url}/archive`), body))
    return held
  })

  return rowsIn(yield* direction === "in" ? carryIn : carryOut)
})
