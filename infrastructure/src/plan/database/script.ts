import type { DatabaseStatement } from "../Plan.ts"

/** Variables of the job's environment that the statements name. */
export const scriptVariables = ["OWNER_PASSWORD", "APP_PASSWORD", "BACKUP_PASSWORD"]

/** The statements as a script for psql 15 or later: it stops at the first that fails. */
export const psqlScript = (statements: ReadonlyArray<DatabaseStatement>): string => {
  const lines = ["\\set ON_ERROR_STOP on", ...scriptVariables.map((name) => `\\getenv ${name} ${name}`)]
  let database: string | undefined
  for (const statement of statements) {
    if (statement.database !== database) lines.push(`\\connect "${statement.database}"`)
    database = statement.database
    lines.push(statement.run === "execute" ? `${statement.sql};` : `${statement.sql}\n\\gexec`)
  }
  return `${lines.join("\n")}\n`
}
