import type { DatabaseStatement } from "../Plan.ts"
import { databaseNames } from "./roles.ts"

/** What the app may take for one transaction. */
const roles = ["innkeeper_platform", "innkeeper_removal"]

const identifier = (name: string) => `"${name.replaceAll("\"", "\"\"")}"`
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/**
 * Makes the tenant's roles, database and grants, and makes them right again when somebody changed them. Running it twice
 * changes nothing.
 *
 * A tenant has a database of its own on the server, and its schema is that database's `public`, closed to everybody
 * else. A schema in a common database would not do: `innkeeper_platform`, which the app of every tenant may take, belongs
 * to the whole server and would lead from one tenant's schema into the next.
 *
 * The login that runs it needs CREATEROLE, CREATEDB and BYPASSRLS, and need not be a superuser (PostgreSQL 16 or later).
 */
export const databaseStatements = (slug: string, connections: number): ReadonlyArray<DatabaseStatement> => {
  const { app, backup, database, owner } = databaseNames(slug)
  const server = (run: DatabaseStatement["run"], sql: string): DatabaseStatement => ({ database: "postgres", run, sql })
  const own = (run: DatabaseStatement["run"], sql: string): DatabaseStatement => ({ database, run, sql })
  return [
    ...["innkeeper_app", ...roles].map((role) => server("generate", createRole(role, "NOLOGIN"))),
    ...roles.map((role) =>
      server(
        "generate",
        `SELECT 'GRANT ${role} TO innkeeper_app WITH INHERIT FALSE, SET TRUE'
WHERE NOT pg_has_role('innkeeper_app', '${role}', 'SET')`
      )
    ),
    server("generate", closePostgres),
    server("generate", createRole(owner, "LOGIN")),
    server("generate", createRole(app, "LOGIN")),
    server("generate", createRole(backup, "LOGIN BYPASSRLS")),
    server("execute", `ALTER ROLE ${identifier(owner)} PASSWORD :'OWNER_PASSWORD' CONNECTION LIMIT ${connections}`),
    server("execute", `ALTER ROLE ${identifier(app)} PASSWORD :'APP_PASSWORD' CONNECTION LIMIT ${connections}`),
    server("execute", `ALTER ROLE ${identifier(backup)} PASSWORD :'BACKUP_PASSWORD' CONNECTION LIMIT 4`),
    server("execute", `ALTER ROLE ${identifier(backup)} SET default_transaction_read_only = on`),
    server("generate", grantRole("innkeeper_app", app)),
    server(
      "generate",
      `SELECT ${literal(`GRANT ${identifier(owner)} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE`)}
WHERE NOT pg_has_role(${literal(owner)}, 'SET')`
    ),
    server(
      "generate",
      `SELECT ${literal(`CREATE DATABASE ${identifier(database)} OWNER ${identifier(owner)}`)}
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = ${literal(database)})`
    ),
    own("execute", `SET ROLE ${identifier(owner)}`),
    own("execute", `REVOKE ALL ON DATABASE ${identifier(database)} FROM PUBLIC`),
    own(
      "execute", // The login that runs this is among them: it comes back to run it again.
      `GRANT CONNECT ON DATABASE ${identifier(database)} TO ${identifier(app)}, ${identifier(backup)}, SESSION_USER`
    ),
    own("execute", "REVOKE ALL ON SCHEMA public FROM PUBLIC"),
    own("execute", `GRANT USAGE ON SCHEMA public TO innkeeper_app, ${roles.join(", ")}, ${identifier(backup)}`),
    own("execute", `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${identifier(backup)}`),
    own("execute", `GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ${identifier(backup)}`),
    own("execute", `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${identifier(backup)}`),
    own("execute", `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO ${identifier(backup)}`),
    own("generate", forceRowSecurity),
    own("execute", "RESET ROLE"),
    own("execute", refuseTooMuch(owner, app))
  ]
}

/**
 * Takes the tenant's database and roles off a server that others use too. Running it twice changes nothing. It fails while
 * anybody works in the database, and nobody new gets in meanwhile.
 */
export const removalStatements = (slug: string): ReadonlyArray<DatabaseStatement> => {
  const { app, backup, database, owner } = databaseNames(slug)
  const server = (run: DatabaseStatement["run"], sql: string): DatabaseStatement => ({ database: "postgres", run, sql })
  return [
    server("generate", dropDatabase(database, owner)),
    ...[app, backup, owner].map((role) => server("execute", `DROP ROLE IF EXISTS ${identifier(role)}`))
  ]
}

const dropDatabase = (database: string, owner: string) => {
  const steps = [
    `SET ROLE ${identifier(owner)}`,
    `ALTER DATABASE ${identifier(database)} WITH ALLOW_CONNECTIONS false`,
    `DROP DATABASE ${identifier(database)}`,
    "RESET ROLE"
  ]
  return `SELECT unnest(ARRAY[${steps.map(literal).join(", ")}]) FROM pg_database WHERE datname = ${literal(database)}`
}

/**
 * The database that every server has is closed to all but the login that works in it, where that login may do so: a tenant
 * has no business there. In the cloud it belongs to the cloud, and then this generates nothing.
 */
export const closePostgres =
  `SELECT 'GRANT CONNECT ON DATABASE postgres TO SESSION_USER', 'REVOKE ALL ON DATABASE postgres FROM PUBLIC'
FROM pg_database
WHERE datname = 'postgres' AND pg_has_role(datdba, 'USAGE') AND has_database_privilege('public', oid, 'CONNECT')`

const createRole = (role: string, attributes: string) =>
  `SELECT ${literal(`CREATE ROLE ${identifier(role)} ${attributes}`)}
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)})`

const grantRole = (role: string, member: string) =>
  `SELECT ${literal(`GRANT ${role} TO ${identifier(member)}`)}
WHERE NOT pg_has_role(${literal(member)}, ${literal(role)}, 'USAGE')`

/** A table with rows of tenants, whose row-level security somebody switched off, gets it back. */
const forceRowSecurity =
  `SELECT format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', c.oid::regclass)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND a.attname = 'tenant_id' AND NOT a.attisdropped AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`

/** Ends the job with an error when a role may more than it should: that is for a person to look at. */
const refuseTooMuch = (owner: string, app: string) =>
  `DO $$
BEGIN
  IF EXISTS (
    SELECT FROM pg_roles WHERE rolname IN (${literal(owner)}, ${literal(app)}, 'innkeeper_app', ${
    roles.map(literal).join(", ")
  })
      AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
  ) THEN
    RAISE EXCEPTION 'a role of the tenant has attributes that pass its limits';
  END IF;
  IF EXISTS (SELECT FROM pg_class WHERE relowner = ${literal(app)}::regrole) THEN
    RAISE EXCEPTION 'the login of the app owns a table, so row-level security does not hold it back';
  END IF;
END $$`
