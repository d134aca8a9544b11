import { TenantSlug } from "@innkeeper/config"
import { isUnderWay, ManagedTenant } from "@innkeeper/platform/api"
import { Effect, Option, Schema, Stream } from "effect"
import { Command } from "effect/cli"
import type { AdminClient } from "../AdminClient.ts"
import { calling, jsonFlag, printing } from "../operator.ts"
import { instant, table } from "../table.ts"
import { tenantsApply, tenantsCreate, tenantsPlan } from "./tenantsChange.ts"
import { tenantsHistory, tenantsWatch } from "./tenantsHistory.ts"
import { tenantsImport } from "./tenantsImport.ts"
import { tenantsCancel, tenantsOffboard, tenantsRestore, tenantsResume, tenantsSuspend } from "./tenantsLife.ts"
import { tenantsShow } from "./tenantsShow.ts"

const print = printing(Schema.Array(ManagedTenant))

/** What is under way with a tenant and how far it is, or that the last thing failed. */
const operationText = ({ operation }: ManagedTenant): string => {
  if (operation === null) return "-"
  const { kind, progress, removeAt, status } = operation
  if (status === "waiting") return `${kind}, deletes after ${instant(removeAt)}`
  if (!isUnderWay(status)) return status === "failed" ? `${kind} failed` : "-"
  return `${kind} ${status}${progress === null ? "" : ` ${progress.done}/${progress.total}`}`
}

const report = (tenants: ReadonlyArray<ManagedTenant>) =>
  tenants.length === 0 ? "No tenants. innkeeper tenants create FILE makes one." : table([
    { head: "SLUG", cell: ({ slug }) => slug },
    { head: "TIER", cell: ({ tier }) => tier },
    { head: "STATE", cell: ({ state }) => state },
    { head: "OPERATION", cell: operationText },
    { head: "NAME", cell: ({ name }) => name }
  ], tenants)

/** Page by page to the last. */
const allTenants = (client: AdminClient) =>
  Stream.runCollect(Stream.paginate(undefined as TenantSlug | undefined, (cursor) =>
    Effect.map(
      client.lifecycle.list({ query: { limit: 200, ...cursor !== undefined && { cursor } } }),
      ({ items, nextCursor }) => [items, Option.map(Option.fromNullOr(nextCursor), (slug) => TenantSlug.make(slug))]
    )))

const list = Command.make(
  "list",
  { json: jsonFlag },
  ({ json }) => calling((client) => Effect.flatMap(allTenants(client), (tenants) => print(tenants, json, report)))
).pipe(Command.withDescription("Every tenant with its tier, its state and what is under way with it"))

export const tenants = Command.make("tenants").pipe(
  Command.withAlias("tenant"),
  Command.withDescription("Tenants of the platform, from their creation to their end"),
  Command.withSubcommands([
    list,
    tenantsShow,
    tenantsPlan,
    tenantsCreate,
    tenantsApply,
    tenantsSuspend,
    tenantsResume,
    tenantsOffboard,
    tenantsRestore,
    tenantsWatch,
    tenantsCancel,
    tenantsHistory,
    tenantsImport
  ])
)
