export { TenantId, TenantSlug } from "./TenantId.ts"
