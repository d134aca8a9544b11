import { Feature, Tier } from "@innkeeper/config"
import type { ReactNode } from "react"
import { ZoneSelect } from "../../forms/ZoneSelect.tsx"
import { Checkbox, Field, Select, TextArea, TextInput } from "../../ui/Field.tsx"
import { errorAt } from "./checkConfig.ts"
import { withTier } from "./configDraft.ts"
import { QuotaFields } from "./QuotaFields.tsx"
import type { ConfigEditing } from "./useConfigEditor.ts"

/** What each tier means. */
const tiers: Record<Tier, string> = {
  pooled: "pooled: shares pods and database with others",
  isolated: "isolated: pods of its own, a database on a shared instance",
  dedicated: "dedicated: pods and a database instance of its own"
}

const features: Record<Feature, string> = {
  oncall: "On-call",
  statuspage: "Status page",
  automation: "Automation",
  travel: "Travel desk",
  ai: "AI"
}

/** The fields of a tenant's configuration. The slug of one that is there cannot be changed. */
export function ConfigFields({ editing, isNew }: { readonly editing: ConfigEditing; readonly isNew: boolean }) {
  const { draft, errors, set } = editing
  const error = (path: string) => errorAt(errors, path)
  const featuresError = error("features")
  return (
    <div className="grid grid-cols-1 gap-5">
      <Group title="Tenant">
        <Field label="Name" error={error("name")}>
          <TextInput value={draft.name} onChange={({ target }) => set({ name: target.value })} />
        </Field>
        <Field
          label="Slug"
          hint={isNew
            ? "In addresses and names of resources, such as seaward. It cannot be changed."
            : "It cannot be changed."}
          error={error("slug")}
        >
          <TextInput
            disabled={!isNew}
            autoCapitalize="none"
            spellCheck={false}
            value={draft.slug}
            onChange={({ target }) => set({ slug: target.value })}
          />
        </Field>
        <Field
          label="Host names"
          hint="Those that lead to this tenant, one in a line."
          error={error("domains")}
          className="sm:col-span-2"
        >
          <TextArea
            rows={3}
            autoCapitalize="none"
            spellCheck={false}
            placeholder="alerts.example.com"
            value={draft.domains}
            onChange={({ target }) => set({ domains: target.value })}
          />
        </Field>
        <Field label="Time zone" error={error("timeZone")}>
          <ZoneSelect value={draft.timeZone} onChange={(timeZone) => set({ timeZone })} />
        </Field>
        <fieldset className="grid content-start gap-1">
          <legend className="pb-1 text-sm font-medium">Features</legend>
          <div className="flex flex-wrap gap-x-4 gap-y-1">
            {Feature.literals.map((feature) => (
              <Checkbox
                key={feature}
                label={features[feature]}
                checked={draft.features.includes(feature)}
                onChange={({ target }) =>
                  set({
                    features: target.checked
                      ? [...draft.features, feature]
                      : draft.features.filter((other) => other !== feature)
                  })}
              />
            ))}
          </div>
          {featuresError !== undefined && <p role="alert" className="text-xs text-critical">{featuresError}</p>}
        </fieldset>
      </Group>
      <Group title="Mail">
        <Field label="Sender's name" error={error("mail.fromName")}>
          <TextInput value={draft.fromName} onChange={({ target }) => set({ fromName: target.value })} />
        </Field>
        <Field label="Sender's address" error={error("mail.fromAddress")}>
          <TextInput
            type="email"
            value={draft.fromAddress}
            onChange={({ target }) => set({ fromAddress: target.value })}
          />
        </Field>
        <Field label="Answers go to" hint="May be empty." error={error("mail.replyTo")}>
          <TextInput type="email" value={draft.replyTo} onChange={({ target }) => set({ replyTo: target.value })} />
        </Field>
      </Group>
      <Group title="Tier and quotas">
        <Field label="Tier" error={error("tier")} className="sm:col-span-2">
          <Select value={draft.tier} onChange={({ target }) => set(withTier(draft, target.value as Tier))}>
            {Tier.literals.map((tier) => <option key={tier} value={tier}>{tiers[tier]}</option>)}
          </Select>
        </Field>
        {draft.tier !== "pooled" && (
          <Field label="Runs in" error={error("mode")}>
            <Select
              value={draft.mode}
              onChange={({ target }) => set({ mode: target.value === "cloud" ? "cloud" : "selfhosted" })}
            >
              <option value="cloud">our cloud</option>
              <option value="selfhosted">the customer's cluster</option>
            </Select>
          </Field>
        )}
        <QuotaFields draft={draft} error={error} onChange={(quotas) => set({ quotas })} />
      </Group>
    </div>
  )
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <fieldset className="grid grid-cols-1 gap-x-4 gap-y-3 sm:grid-cols-2">
      <legend className="pb-2 text-sm font-semibold">{title}</legend>
      {children}
    </fieldset>
  )
}
