import { Console, Effect } from "effect"
import { Command } from "effect/cli"
import { makeAdminClient } from "../AdminClient.ts"
import { findConnection } from "../Connection.ts"
import { explain } from "../explain.ts"
import { root } from "./root.ts"
import { tenantsImport } from "./tenantsImport.ts"
import { tenantsShow } from "./tenantsShow.ts"

const list = Command.make(
  "list",
  {},
  Effect.fnUntraced(function*() {
    const connection = yield* findConnection(yield* root)
    const client = yield* makeAdminClient(connection)
    const tenants = yield* client.tenants.list().pipe(Effect.mapError(explain(connection.url)))
    const width = Math.max(0, ...tenants.map(({ slug }) => slug.length))
    yield* Effect.forEach(
      tenants,
      ({ name, slug, state, tier }) =>
        Console.log(`${slug.padEnd(width)}  ${tier.padEnd("dedicated".length)}  ${state}  ${name}`),
      { discard: true }
    )
  })
).pipe(Command.withDescription("Slug, tier, state and name of every tenant"))

export const tenants = Command.make("tenants").pipe(
  Command.withDescription("Tenants of the platform"),
  Command.withSubcommands([list, tenantsShow, tenantsImport])
)
