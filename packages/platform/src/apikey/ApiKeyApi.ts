import { Uuid } from "@innkeeper/config"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import { AccessRule, needs, Scope } from "../access/Access.ts"
import { Authorization } from "../access/Authorization.ts"
import { Instant } from "../access/Instant.ts"
import { Conflict, Forbidden, NotFound, Unprocessable } from "../access/Problems.ts"
import { Name } from "../access/Text.ts"

export const ApiKeyId = Uuid.pipe(Schema.brand("ApiKeyId"))
export type ApiKeyId = typeof ApiKeyId.Type

/** A key for programs. Only a hash of it is stored. */
export class ApiKey extends Schema.Class<ApiKey>("platform/ApiKey")({
  id: ApiKeyId,
  name: Name,
  scopes: Schema.NonEmptyArray(Scope),
  /** The last four characters, to tell keys apart. */
  hint: Schema.String,
  createdAt: Schema.DateTimeUtcFromString,
  expiresAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  lastUsedAt: Schema.NullOr(Schema.DateTimeUtcFromString),
  revokedAt: Schema.NullOr(Schema.DateTimeUtcFromString)
}) {}

export const NewApiKey = Schema.Struct({
  name: Name,
  scopes: Schema.NonEmptyArray(Scope),
  /** Null or left out: the key does not expire. */
  expiresAt: Schema.optionalKey(Schema.NullOr(Instant))
})

export class ApiKeyApi extends HttpApiGroup.make("apiKeys")
  .add(
    HttpApiEndpoint.get("list", "/", { success: Schema.Array(ApiKey) }).annotate(AccessRule, needs("keys:write")),
    HttpApiEndpoint.post("create", "/", {
      payload: NewApiKey,
      /** `key` (`ik_…`) is told once. */
      success: Schema.Struct({ apiKey: ApiKey, key: Schema.String }),
      error: [Conflict, Forbidden, Unprocessable]
    }).annotate(AccessRule, needs("keys:write")),
    HttpApiEndpoint.delete("revoke", "/:id", {
      params: { id: ApiKeyId },
      success: HttpApiSchema.NoContent,
      error: NotFound
    }).annotate(AccessRule, needs("keys:write"))
  )
  .middleware(Authorization)
  .prefix("/api-keys")
{}
