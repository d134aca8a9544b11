import { Effect, Option } from "effect"
import type { Headers } from "effect/http"
import { TenantConfigs } from "../tenant/TenantConfigs.ts"
import type { Principal } from "./Authorization.ts"

/** Makes the check of who may enter at the host that a request names: nobody where it leads to another tenant than theirs. */
export const makeAtHost = Effect.map(
  TenantConfigs,
  (configs) =>
    Effect.fnUntraced(function*(found: Option.Option<Principal>, headers: Headers.Headers) {
      const ofHost = yield* configs.ofHost(headers.host ?? "")
      return Option.filter(found, ({ tenantId }) => Option.isNone(ofHost) || ofHost.value.id === tenantId)
    })
)
