import { ownerRole } from "@innkeeper/database"
import { createAdapter } from "@socket.io/postgres-adapter"
import { Effect } from "effect"
import { Pool } from "pg"
import { maxConnections } from "../maxConnections.ts"
import { podMain } from "../pod.ts"
import { serveSocketIo } from "./serveSocketIo.ts"

/** A server of Socket.IO whose events reach the other servers by the `NOTIFY` of its PostgreSQL adapter. */
podMain(({ database, host }) =>
  Effect.acquireRelease(
    Effect.sync(() => new Pool({ host, database, user: ownerRole, max: maxConnections })),
    (pool) => Effect.promise(() => pool.end())
  ).pipe(Effect.flatMap((pool) => serveSocketIo(createAdapter(pool))))
)
