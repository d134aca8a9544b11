import { readFileSync } from "node:fs"

/** Statements for a restored database, before a server works in it. The file says what they are for. */
export const afterRestore = readFileSync(
  new URL("../../../../docs/operations/after-logical-restore.sql", import.meta.url),
  "utf8"
)
