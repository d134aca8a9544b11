import { schemaVersion } from "@innkeeper/database"
import { DateTime, Effect } from "effect"
import { NotFound } from "../access/Problems.ts"
import { archiveFormat, type ArchiveHeader } from "./ArchiveFile.ts"
import { findRegistered, nextTransaction } from "./TenantRowStore.ts"

/** Header of an archive of the current tenant as it is in this transaction. */
export const headerNow = Effect.gen(function*() {
  const registered = yield* findRegistered
  if (registered === undefined) return yield* new NotFound({ resource: "tenant" })
  const header: ArchiveHeader = {
    format: archiveFormat,
    at: yield* DateTime.now,
    schema: yield* schemaVersion(),
    transaction: yield* nextTransaction,
    ...registered
  }
  return header
})
