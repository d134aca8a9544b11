import { TenantSlug } from "@innkeeper/config"
import { SetupDocument } from "@innkeeper/oncall/api"
import { Console, Effect, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { stringify } from "yaml"
import { makeAdminClient } from "../AdminClient.ts"
import { findConnection } from "../Connection.ts"
import { explain } from "../explain.ts"
import { Failure } from "../Failure.ts"
import { root } from "./root.ts"

const encode = Schema.encodeSync(SetupDocument)

export const exportTenant = Command.make(
  "export",
  {
    tenant: Argument.String("tenant").pipe(
      Argument.withDescription("Slug of the tenant"),
      Argument.withMetavar("TENANT"),
      Argument.withSchema(TenantSlug)
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON instead of YAML"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function*({ json, tenant }) {
    const connection = yield* findConnection(yield* root)
    const client = yield* makeAdminClient(connection)
    const document = yield* client.setup.export({ params: { slug: tenant } }).pipe(
      Effect.mapError((error) =>
        error._tag === "NotFound"
          ? new Failure({
            message: `No tenant ${tenant} at ${connection.url}. innkeeper tenants list says which there are.`
          })
          : explain(connection.url)(error)
      )
    )
    const encoded = encode(document)
    yield* Console.log(json ? JSON.stringify(encoded, null, 2) : stringify(encoded).trimEnd())
  })
).pipe(Command.withDescription("Print a tenant as a document: applied to it, it changes nothing. Keys stay secret."))
