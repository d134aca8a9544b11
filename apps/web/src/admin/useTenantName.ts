import { useAdminQuery } from "./useAdmin.ts"

/** Gives the slug of a tenant by its id; the id itself while the slug is not known. */
export const useTenantName = () => {
  const tenants = useAdminQuery(["tenants"], (api) => api.tenants.list(), { every: 60_000 })
  const slugs = new Map(tenants.data?.map(({ id, slug }) => [id as string, slug as string]))
  return (id: string): string => slugs.get(id) ?? id
}
