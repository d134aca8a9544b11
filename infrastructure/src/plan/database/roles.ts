/**
 * Names in PostgreSQL that belong to one tenant. A slug has no underscore, so no tenant's name is the beginning of
 * another's, and none is a name of PostgreSQL or of the cloud.
 */
export const databaseNames = (slug: string) => {
  const database = `tenant_${slug}`
  return {
    database,
    /** Owns the database and its tables; migrates them. */
    owner: `${database}_owner`,
    /** The app's login, held back by row-level security. */
    app: `${database}_app`,
    /** Reads everything in the tenant's database, past row-level security, and writes nothing. */
    backup: `${database}_backup`
  }
}
