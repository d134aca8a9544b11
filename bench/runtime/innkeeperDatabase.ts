import { appRole, appSqlLayer, ownerRole, OwnerSql, runMigrations } from "@innkeeper/database"
import { migrations } from "@innkeeper/runtime"
import { Layer } from "effect"
import { Reactivity } from "effect/reactivity"
import type { DatabaseAddress } from "./BenchPostgres.ts"
import { maxConnections } from "./maxConnections.ts"

/** The product's pool on a database that has its schema. */
export const innkeeperPool = ({ database, host }: DatabaseAddress) =>
  appSqlLayer({ host, database, username: appRole, maxConnections }).pipe(
    Layer.provide(Reactivity.layer),
    Layer.orDie
  )

/** The product's pool on an empty database, which gets the runtime's schema first. */
export const innkeeperDatabase = (address: DatabaseAddress) =>
  innkeeperPool(address).pipe(
    Layer.provide(Layer.effectDiscard(runMigrations([migrations]))),
    Layer.provide(OwnerSql.layer({ ...address, username: ownerRole })),
    Layer.orDie
  )
