import type { SealedColumn } from "@innkeeper/platform"
import { purpose } from "./integration/Integrations.ts"

/** What of on-call's tables is sealed. */
export const sealedColumns: ReadonlyArray<SealedColumn> = [
  { table: "integration", column: "key_sealed", purpose }
]
