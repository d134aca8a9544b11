import type { TenantSlug } from "@innkeeper/config"
import { isUnderWay, type ManagedTenant, type TenantOperation } from "@innkeeper/platform/api"
import { getRouteApi } from "@tanstack/react-router"
import { DateTime, Schema } from "effect"
import { Loaded } from "../../api/Loaded.tsx"
import { useSearchState } from "../../forms/useSearchState.ts"
import { Card } from "../../ui/Card.tsx"
import { Page, PageHeader } from "../../ui/PageHeader.tsx"
import { Tabs } from "../../ui/Tabs.tsx"
import { Time } from "../../ui/Time.tsx"
import { useNow } from "../../ui/useNow.ts"
import { useViewerZone } from "../../ui/zone.tsx"
import { BackLink } from "../BackLink.tsx"
import { Facts } from "../Facts.tsx"
import { refresh, useAdminQuery } from "../useAdmin.ts"
import { draftOf, newDraft } from "./configDraft.ts"
import { ConfigEditor } from "./ConfigEditor.tsx"
import { OperationCard } from "./OperationCard.tsx"
import { OperationHistory } from "./OperationHistory.tsx"
import { StateBadge } from "./StateBadge.tsx"
import { TenantActions } from "./TenantActions.tsx"
import { tenantStates } from "./tenantStates.ts"

const route = getRouteApi("/admin/tenants/$slug")

const isBusy = (tenant: ManagedTenant | undefined) =>
  tenant?.operation != null && isUnderWay(tenant.operation.status) && tenant.operation.status !== "waiting"

/** Whether an operation is worth the first place on the page: it goes on, it failed, or it has ended a moment ago. */
const isNews = ({ finishedAt, status }: TenantOperation, now: DateTime.Utc) =>
  isUnderWay(status) || status === "failed" || finishedAt === null
  || DateTime.isLessThan(now, DateTime.addDuration(finishedAt, "10 minutes"))

/** One tenant: what it is, what is under way with it, what can be done, its configuration and its history. */
export function Tenant() {
  const slug = route.useParams().slug as TenantSlug
  const tenant = useAdminQuery(["lifecycle", slug], (api) => api.lifecycle.get({ params: { slug } }), {
    every: (tenant) => isBusy(tenant) ? 1000 : refresh
  })
  return (
    <Page>
      <BackLink to="/admin/tenants">All tenants</BackLink>
      <Loaded query={tenant}>{(tenant) => <Detail key={tenant.slug} tenant={tenant} />}</Loaded>
    </Page>
  )
}

const View = Schema.Struct({ tab: Schema.optionalKey(Schema.Literals(["history"])) })

interface View {
  readonly tab?: "history" | undefined
}

function Detail({ tenant }: { readonly tenant: ManagedTenant }) {
  const [view, setView] = useSearchState<View>(View, {})
  const now = useNow()
  const { name, operation, slug, state } = tenant
  return (
    <>
      <PageHeader title={name}>
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <StateBadge state={state} />
          <span className="font-mono text-xs break-all">{slug}</span>
          <span>{tenantStates[state].means}</span>
        </span>
      </PageHeader>
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] lg:grid-rows-[auto_1fr]">
        {operation !== null && isNews(operation, now) && <OperationCard key={operation.id} operation={operation} />}
        <div className="grid grid-cols-1 gap-4 lg:col-start-2 lg:row-span-2 lg:row-start-1">
          <TenantFacts tenant={tenant} />
          <TenantActions tenant={tenant} />
        </div>
        <div className="min-w-0">
          <Tabs
            label="Parts of the tenant"
            value={view.tab ?? "configuration"}
            onChange={(id) => setView({ tab: id === "history" ? "history" : undefined })}
            tabs={[
              { id: "configuration", label: "Configuration", content: <Configuration tenant={tenant} /> },
              { id: "history", label: "History", content: <OperationHistory slug={slug} /> }
            ]}
          />
        </div>
      </div>
    </>
  )
}

function TenantFacts({ tenant: { config, createdAt, source, tier, version } }: { readonly tenant: ManagedTenant }) {
  const zone = useViewerZone()
  return (
    <Card title="Tenant">
      <Facts
        facts={[
          ["Tier", config === null || config.tier === "pooled" ? tier : `${tier}, ${config.mode}`],
          ["Host names", config === null || config.domains.length === 0 ? "–" : config.domains.join(", ")],
          ["Time zone", config?.timeZone ?? "–"],
          ["Configuration", version === 0 ? "none yet" : `version ${version}`],
          ["Stated in", source === "yaml" ? "a file of the installation" : "the registry"],
          ["Created", <Time key="created" at={createdAt} absolute />]
        ]}
      />
      <p className="pt-3 text-xs text-muted">Times in {zone}.</p>
    </Card>
  )
}

function Configuration({ tenant }: { readonly tenant: ManagedTenant }) {
  const zone = useViewerZone()
  const { config, name, slug } = tenant
  return (
    <Card>
      <ConfigEditor
        tenant={tenant}
        initial={config === null ? { ...newDraft(zone), slug, name } : draftOf(config)}
        why={whyNot(tenant)}
      />
    </Card>
  )
}

/** Why a configuration cannot be applied now. */
const whyNot = ({ operation, possible, source, state }: ManagedTenant): string | undefined => {
  if (source === "yaml") return "A file of the installation states it: change that, and restart."
  if (possible.includes("apply") || possible.includes("create")) return undefined
  return operation !== null && isUnderWay(operation.status)
    ? "Something else is under way: wait for its end."
    : `A tenant that is ${tenantStates[state].label.toLowerCase()} cannot be changed.${
      possible.includes("restore") ? " Restore it first." : ""
    }`
}
