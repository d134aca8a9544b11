import { type TenantSlug, Tier } from "@innkeeper/config"
import { type ManagedTenant, TenantState } from "@innkeeper/platform/api"
import { Link } from "@tanstack/react-router"
import { Schema } from "effect"
import { Building2, Plus } from "lucide-react"
import { useSearchState } from "../../forms/useSearchState.ts"
import { Button, buttonClasses } from "../../ui/Button.tsx"
import { CopyField } from "../../ui/CopyField.tsx"
import { EmptyState } from "../../ui/EmptyState.tsx"
import { Field, Select } from "../../ui/Field.tsx"
import { Page, PageHeader } from "../../ui/PageHeader.tsx"
import { Table, Td, Th } from "../../ui/Table.tsx"
import { Time } from "../../ui/Time.tsx"
import { Listed } from "../Listed.tsx"
import { SearchField } from "../SearchField.tsx"
import { useAdminPages } from "../useAdmin.ts"
import { OperationState } from "./OperationState.tsx"
import { StateBadge } from "./StateBadge.tsx"
import { tenantStates } from "./tenantStates.ts"

const View = Schema.Struct({
  text: Schema.optionalKey(Schema.String),
  tier: Schema.optionalKey(Tier),
  state: Schema.optionalKey(TenantState)
})

interface TenantFilter {
  readonly text?: string | undefined
  readonly tier?: Tier | undefined
  readonly state?: TenantState | undefined
}

/** All tenants with their state and what is under way with them. */
export function Tenants() {
  const [view, setView] = useSearchState<TenantFilter>(View, {})
  const { state, text, tier } = view
  const pages = useAdminPages(["lifecycle", view], (cursor) => (api) =>
    api.lifecycle.list({
      query: {
        ...(text === undefined ? {} : { text }),
        ...(tier === undefined ? {} : { tier }),
        ...(state === undefined ? {} : { state }),
        ...(cursor === null ? {} : { cursor: cursor as TenantSlug })
      }
    }))
  const isFiltered = text !== undefined || tier !== undefined || state !== undefined
  return (
    <Page>
      <PageHeader title="Tenants" actions={<NewTenantLink />}>
        Everybody who is served here, and what is under way with them
      </PageHeader>
      <div className="flex flex-wrap items-end gap-3 pb-4">
        <SearchField
          value={text ?? ""}
          placeholder="Slug, name or host name"
          onChange={(text) => setView({ text })}
        />
        <Field label="Tier" className="min-w-32 flex-1 sm:max-w-44">
          <Select
            value={tier ?? ""}
            onChange={({ target }) => setView({ tier: target.value === "" ? undefined : target.value as Tier })}
          >
            <option value="">All</option>
            {Tier.literals.map((tier) => <option key={tier} value={tier}>{tier}</option>)}
          </Select>
        </Field>
        <Field label="State" className="min-w-32 flex-1 sm:max-w-44">
          <Select
            value={state ?? ""}
            onChange={({ target }) => setView({ state: target.value === "" ? undefined : target.value as TenantState })}
          >
            <option value="">All</option>
            {TenantState.literals.map((state) => <option key={state} value={state}>{tenantStates[state].label}
            </option>)}
          </Select>
        </Field>
      </div>
      <Listed
        pages={pages}
        empty={isFiltered
          ? (
            <EmptyState
              title="No tenant fits"
              icon={<Building2 />}
              action={
                <Button onClick={() => setView({ text: undefined, tier: undefined, state: undefined })}>
                  Show all
                </Button>
              }
            >
              None of the tenants is what you look for.
            </EmptyState>
          )
          : <NoTenants />}
      >
        {(tenants) => <TenantTable tenants={tenants} />}
      </Listed>
    </Page>
  )
}

function NewTenantLink() {
  return (
    <Link to="/admin/tenants/-/new" className={buttonClasses("primary")}>
      <Plus aria-hidden className="size-4" />
      New tenant
    </Link>
  )
}

function NoTenants() {
  return (
    <EmptyState title="No tenants yet" icon={<Building2 />} action={<NewTenantLink />}>
      <p className="pb-2">Create the first one here, or enter files that state them:</p>
      <CopyField label="command" value="npm run innkeeper -- tenants import demo/tenants" />
    </EmptyState>
  )
}

function TenantTable({ tenants }: { readonly tenants: ReadonlyArray<ManagedTenant> }) {
  return (
    <Table
      label="Tenants"
      head={
        <>
          <Th>Tenant</Th>
          <Th className="max-sm:hidden">Tier</Th>
          <Th className="max-md:hidden">Under way</Th>
          <Th className="max-md:hidden">Created</Th>
          <Th>State</Th>
        </>
      }
    >
      {tenants.map((tenant) => <Row key={tenant.slug} tenant={tenant} />)}
    </Table>
  )
}

function Row({ tenant }: { readonly tenant: ManagedTenant }) {
  const { createdAt, name, operation, slug, state, tier } = tenant
  return (
    <tr className="hover:bg-hover">
      <Td className="w-full max-w-0 md:w-2/5">
        <Link
          to="/admin/tenants/$slug"
          params={{ slug }}
          className="block max-w-full truncate font-medium text-accent hover:underline pointer-coarse:-my-2 pointer-coarse:py-3"
        >
          {name}
        </Link>
        <p className="truncate font-mono text-xs text-muted">{slug}</p>
        {operation !== null && (
          <div className="pt-1 md:hidden">
            <OperationState operation={operation} />
          </div>
        )}
      </Td>
      <Td className="max-sm:hidden">{tier}</Td>
      <Td className="w-full max-w-0 max-md:hidden md:w-2/5">
        {operation !== null && <OperationState operation={operation} />}
      </Td>
      <Td className="max-md:hidden">
        <Time at={createdAt} />
      </Td>
      <Td>
        <StateBadge state={state} />
      </Td>
    </tr>
  )
}
