import { Schema } from "effect"
import { Uuid } from "./Uuid.ts"

/** Names one tenant for ever: a UUID, made by the platform (RFC 9562). */
export const TenantId = Uuid.pipe(Schema.brand("TenantId"))
export type TenantId = typeof TenantId.Type

/**
 * The name of a tenant in URLs, host names and Kubernetes objects: 1 to 40 lower-case letters, digits and inner
 * hyphens. A DNS label (RFC 1123) holds 63; the rest is room for the prefixes of derived names.
 */
export const TenantSlug = Schema.String.check(
  Schema.isPattern(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/u, {
    expected: "1 to 40 lower-case letters, digits and hyphens, not starting or ending with a hyphen"
  })
).pipe(Schema.brand("TenantSlug"))
export type TenantSlug = typeof TenantSlug.Type
