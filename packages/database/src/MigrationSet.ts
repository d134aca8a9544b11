import type { Effect } from "effect"
import type { Migrator, SqlClient, SqlError } from "effect/sql"

/**
 * The forward-only migrations of one package, recorded in a table of its own.
 *
 * Keys are `0001_name`, numbered without gaps; a released migration never changes.
 */
export interface MigrationSet {
  readonly table: string
  readonly migrations: Readonly<
    Record<string, Effect.Effect<void, SqlError.SqlError | Migrator.MigrationError, SqlClient.SqlClient>>
  >
}
