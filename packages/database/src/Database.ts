import { NodeFileSystem } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import type { DatabaseConfig } from "@innkeeper/config"
import { Context, Effect, FileSystem, Layer, type Redacted } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, SqlError } from "effect/sql"
import { appSql } from "./AppSql.ts"
import { appRole, EmbeddedPostgres } from "./embedded/EmbeddedPostgres.ts"
import { ownerRole } from "./embedded/Postmaster.ts"
import type { DataFolderDenied, DataFolderInUse, EmbeddedPostgresUnavailable } from "./embedded/Problems.ts"
import { verifyLogin } from "./Login.ts"
import type { MigrationSet } from "./MigrationSet.ts"
import { OwnerSql, ownerSql } from "./OwnerSql.ts"
import { type DatabaseLoginRefused, DatabaseUnreachable, SchemaOutdated } from "./Problems.ts"
import { pendingMigrations, runMigrations } from "./runMigrations.ts"

/** Sessions of a process that are beside its pool: the one that listens to notifications, and four of `platformSql`. */
const besidePool = 5

/** Why a process has no database. Each message is one sentence that says what to do. */
export type DatabaseProblem =
  | DataFolderDenied
  | DataFolderInUse
  | EmbeddedPostgresUnavailable
  | DatabaseLoginRefused
  | DatabaseUnreachable
  | SchemaOutdated

/** The database of this process, its schema up to date. */
export class Database extends Context.Service<Database, {
  readonly mode: "embedded" | "external"
  /** The migrations that this start applied, as `table/0001_name`. */
  readonly applied: ReadonlyArray<string>
  /** Fails when an embedded database was lost to another program; the process has to end then. */
  readonly lost: Effect.Effect<never, DataFolderInUse>
}>()("database/Database") {
  /**
   * Gives `SqlClient` and `PgClient` as the app, which owns nothing and which row-level security holds back.
   *
   * Without `url` PostgreSQL runs as a part of this process. Migrations run before the layer is there where the owner is
   * known (embedded, or `ownerUrl`); otherwise a schema that lacks some is refused, as is a login that could see more.
   */
  static readonly layer = (
    config: DatabaseConfig,
    sets: ReadonlyArray<MigrationSet>
  ): Layer.Layer<Database | SqlClient.SqlClient | PgClient.PgClient, DatabaseProblem> =>
    config.url === undefined ? embedded(config, sets) : external(config, config.url, sets)

  /** The embedded database of a folder. The server takes `layer`; this is for tools and benchmarks. */
  static readonly layerEmbedded = (
    options: { readonly dataFolder: string; readonly maxConnections?: number },
    sets: ReadonlyArray<MigrationSet>
  ) => embedded(options, sets)
}

const embedded = (
  { dataFolder, maxConnections = 16 }: { readonly dataFolder: string; readonly maxConnections?: number },
  sets: ReadonlyArray<MigrationSet>
) =>
  Layer.effectContext(Effect.gen(function*() {
    const { database, lost, socket } = yield* EmbeddedPostgres
    const applied = yield* Effect.orDie(migrate({ host: socket, username: ownerRole, database }, sets))
    const app = yield* Effect.orDie(
      appSql({ host: socket, username: appRole, database, maxConnections: maxConnections - besidePool })
    )
    return services(app, { mode: "embedded", applied, lost })
  })).pipe(Layer.provide([EmbeddedPostgres.layer({ dataFolder }), Reactivity.layer]))

const external = (config: DatabaseConfig, url: Redacted.Redacted, sets: ReadonlyArray<MigrationSet>) =>
  Layer.effectContext(Effect.gen(function*() {
    const ssl = yield* tls(config)
    const app = yield* Effect.orDie(appSql({ url, ...ssl, maxConnections: config.maxConnections - besidePool }))
    const asApp = Effect.provideService(SqlClient.SqlClient, app)
    const [session] = yield* app<{ login: string }>`SELECT session_user::text AS login`.pipe(reaching("DATABASE_URL"))

    const applied = config.ownerUrl === undefined ?
      [] :
      yield* migrate({ url: config.ownerUrl, ...ssl }, sets, session).pipe(
        reaching("DATABASE_OWNER_URL"),
        Effect.catchTag("MigrationError", Effect.die)
      )
    yield* asApp(verifyLogin())
    const missing = yield* asApp(pendingMigrations(sets))
    if (missing.length > 0) return yield* new SchemaOutdated({ missing })
    return services(app, { mode: "external", applied, lost: Effect.never })
  })).pipe(Layer.provide([NodeFileSystem.layer, Reactivity.layer]))

const services = (app: PgClient.PgClient, database: Database["Service"]) =>
  Context.make(Database, database).pipe(Context.add(SqlClient.SqlClient, app), Context.add(PgClient.PgClient, app))

/** Migrates as the owner, whose sessions end with it, and lets the app's login into the app's role. */
const migrate = Effect.fnUntraced(
  function*(owner: PgClient.PgPoolConfig, sets: ReadonlyArray<MigrationSet>, app?: { readonly login: string }) {
    const sql = yield* ownerSql(owner)
    const applied = yield* Effect.provideService(runMigrations(sets), OwnerSql, sql)
    // An owner that may not grant leaves it to the operator; the login is verified afterwards.
    if (app !== undefined) yield* Effect.ignore(sql`GRANT innkeeper_app TO ${sql(app.login)}`)
    return applied
  },
  Effect.scoped
)

/** Turns what the operator can mend into an error that says so; any other failure of SQL is a defect. */
const reaching =
  (variable: "DATABASE_URL" | "DATABASE_OWNER_URL") => <A, E, R>(effect: Effect.Effect<A, E | SqlError.SqlError, R>) =>
    Effect.catchIf(effect, SqlError.isSqlError, (error) =>
      isOfTheSession(error)
        ? Effect.fail(new DatabaseUnreachable({ variable, reason: whatWasSaid(error) }))
        : Effect.die(error))

/** Also a session that PostgreSQL refused for what is no class of its own: no such database, none left, just starting. */
const isOfTheSession = ({ reason }: SqlError.SqlError) =>
  reason.operation === "connect" || reason._tag === "ConnectionError" || reason._tag === "AuthenticationError" ||
  reason._tag === "AuthorizationError"

/** The words of PostgreSQL or the network; the driver's own say no more than that it could not connect. */
const whatWasSaid = ({ message, reason: { cause } }: SqlError.SqlError) =>
  cause instanceof Error && cause.message !== "" ? cause.message : message

const tls = Effect.fnUntraced(function*({ ssl, sslCa }: DatabaseConfig) {
  if (!ssl) return {}
  if (sslCa === undefined) return { ssl: true }
  const fs = yield* FileSystem.FileSystem
  const ca = yield* fs.readFileString(sslCa).pipe(
    Effect.mapError(() =>
      new DatabaseUnreachable({
        variable: "DATABASE_URL",
        reason: `the file ${sslCa} of POSTGRES_SSL_CA cannot be read`
      })
    )
  )
  return { ssl: { ca } }
})
