import { CurrentTenant } from "@innkeeper/database"
import { Effect } from "effect"
import type { Headers } from "effect/http"
import { Audit } from "../audit/Audit.ts"
import { Tenants } from "../tenant/Tenants.ts"

/**
 * Makes the check of `X-Client-ID` (SEC-02): whether it names the caller's own tenant, by id or slug, where it is sent at all.
 * What it names otherwise is put on record.
 */
export const makeNamesOwn = Effect.gen(function*() {
  const tenants = yield* Tenants
  const audit = yield* Audit
  return Effect.fnUntraced(function*(headers: Headers.Headers, path: string) {
    const client = headers["x-client-id"]
    if (client === undefined || client === (yield* CurrentTenant).id) return true
    if (client === (yield* tenants.current).slug) return true
    yield* audit.record({
      action: "access.client-mismatch",
      subject: null,
      detail: { "x-client-id": client.slice(0, 100), path: path.slice(0, 200) }
    })
    return false
  })
})
