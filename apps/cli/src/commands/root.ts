import { Command } from "effect/cli"
import { connectionFlags } from "../Connection.ts"

/** The program itself; its flags are those of every command. */
export const root = Command.make("innkeeper").pipe(
  Command.withSharedFlags(connectionFlags),
  Command.withDescription("Tenants of Innkeeper as code, and a look at what runs")
)
