import { Effect, Schema, SchemaIssue } from "effect"
import { TenantConfig, Tier } from "./TenantConfig.ts"

/** A tenant's configuration is wrong; `problems` is everything that is. */
export class TenantConfigError extends Schema.TaggedError<TenantConfigError>()("TenantConfigError", {
  problems: Schema.Array(Schema.Struct({
    /** Path of the field, such as `quotas.replicas.minimum`. */
    field: Schema.String,
    /** The same, in parts. */
    path: Schema.Array(Schema.Union([Schema.String, Schema.Int])),
    problem: Schema.String
  }))
}) {
  override get message() {
    return this.problems.map(({ field, problem }) => `${field}: ${problem}`).join("\n")
  }
}

const Tiered = Schema.Struct({ tier: Tier })

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Decodes one tenant's configuration. A field that its tier does not have is an error, since it would do nothing. */
export const decodeTenantConfig = Effect.fnUntraced(
  function*(input: unknown) {
    // First by itself: an unknown tier is one problem, not those of every tier.
    yield* Schema.decodeUnknownEffect(Tiered)(input)
    return yield* Schema.decodeUnknownEffect(TenantConfig)(input, { errors: "all", onExcessProperty: "error" })
  },
  Effect.mapError(({ issue }) =>
    new TenantConfigError({
      problems: format(issue).issues.map(({ message, path: parts = [] }) => {
        const path = parts.map((part) => typeof part === "object" ? part.key : part)
          .map((part) => typeof part === "number" ? part : String(part))
        return { field: path.join("."), path, problem: message }
      })
    })
  )
)
