import { Effect, Option, Stream } from "effect"
import { ChildProcess } from "effect/process"
import { join } from "node:path"
import type { DatabaseAddress } from "../BenchPostgres.ts"

const program = "redis-server"

/** The version of the Redis that is installed here; none where there is none. */
export const redisVersion = ChildProcess.make(program, ["--version"], { stdin: "ignore" }).pipe(
  Effect.flatMap((child) => child.stdout.pipe(Stream.decodeText, Stream.mkString)),
  Effect.map((text) => Option.fromNullishOr(/v=(\S+)/.exec(text)?.[1])),
  Effect.catch(() => Effect.succeedNone),
  Effect.scoped
)

/** The Unix socket of a side's Redis, beside that of PostgreSQL. */
export const redisSocket = ({ database, host }: DatabaseAddress) => join(host, `${database}.redis`)

/** Starts a Redis that keeps nothing on disk, as a broker of events needs it; it is stopped with the scope. */
export const startRedis = (address: DatabaseAddress) =>
  ChildProcess.make(
    program,
    ["--port", "0", "--unixsocket", redisSocket(address), "--save", "", "--appendonly", "no"],
    { stdin: "ignore", stdout: "ignore", stderr: "inherit" }
  )
