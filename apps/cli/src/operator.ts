import type { TenantId, TenantSlug } from "@innkeeper/config"
import { Console, Effect, Option, Schema } from "effect"
import { Argument, Flag } from "effect/cli"
import { makeAdminClient } from "./AdminClient.ts"
import { root } from "./commands/root.ts"
import { findConnection } from "./Connection.ts"
import { type CallError, explain } from "./explain.ts"
import { Failure } from "./Failure.ts"

type Client = Effect.Success<ReturnType<typeof makeAdminClient>>

/** Calls the server that the flags or the environment name; a refusal becomes a sentence. */
export const calling = Effect.fnUntraced(function*<A, R>(
  call: (client: Client) => Effect.Effect<A, CallError | Failure, R>
) {
  const connection = yield* findConnection(yield* root)
  const client = yield* makeAdminClient(connection)
  return yield* call(client).pipe(
    Effect.mapError((error) => error._tag === "Failure" ? error : explain(connection.url)(error))
  )
})

export const jsonFlag = Flag.Boolean("json").pipe(
  Flag.withDescription("Print JSON, for programs"),
  Flag.withDefault(false)
)

export const dryRunFlag = Flag.Boolean("dry-run").pipe(
  Flag.withDescription("Say what would change, and change nothing"),
  Flag.withDefault(false)
)

export const limitFlag = Flag.Int("limit").pipe(
  Flag.withDescription("At most so many, 1 to 10000"),
  Flag.withDefault(50),
  Flag.filter(
    (limit) => limit >= 1 && limit <= 10_000,
    (limit) => `Expected a number from 1 to 10000, got ${limit}`
  )
)

export const idArgument = Argument.String("id").pipe(Argument.withMetavar("ID"))

/** Prints a value as JSON by its schema, or as `text` says. */
export const printing = <A, I>(schema: Schema.Codec<A, I>) => {
  const encode = Schema.encodeSync(Schema.toCodecJson(schema))
  return (value: A, json: boolean, text: (value: A) => string) =>
    Console.log(json ? JSON.stringify(encode(value), null, 2) : text(value))
}

/** The id of the tenant with this slug. */
export const tenantIdOf = Effect.fnUntraced(function*(client: Client, slug: Option.Option<TenantSlug>) {
  if (Option.isNone(slug)) return undefined
  const tenants = yield* client.tenants.list()
  const found = tenants.find((tenant) => tenant.slug === slug.value)
  if (found === undefined) {
    return yield* new Failure({ message: `No tenant ${slug.value}. innkeeper tenants list says which there are.` })
  }
  return found.id satisfies TenantId
})
