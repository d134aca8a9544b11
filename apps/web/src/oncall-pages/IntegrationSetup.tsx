import type { Integration } from "@innkeeper/oncall/api"
import { Link } from "@tanstack/react-router"
import type { ReactNode } from "react"
import { Button } from "../ui/Button.tsx"
import { CopyField } from "../ui/CopyField.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import { configurationOf, kindNames, resolveCommand, triggerCommand } from "./integrationSamples.ts"

const keyTitles: Record<Integration["kind"], string> = {
  generic: "Key, which is part of the address",
  alertmanager: "Key, which is part of the address",
  pagerduty: "Key, which the sender calls routing key",
  opsgenie: "Key, which the sender calls API key"
}

/** How a sender is connected: the address, the key, and commands to try it with. */
export function IntegrationSetup({ integration, onClose }: {
  readonly integration: Integration
  readonly onClose: () => void
}) {
  const { key, kind, name, url } = integration
  if (key === null || url === null) return null
  const configuration = configurationOf({ key, kind, url })
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Connect ${name}`}
      description={kindNames[kind]}
      footer={<Button onClick={onClose}>Done</Button>}
      wide
    >
      <div className="grid gap-4">
        <Part title="Address that the sender posts to">
          <CopyField label="address" value={url} />
        </Part>
        <Part title={keyTitles[kind]}>
          <CopyField label="key" value={key} />
        </Part>
        {configuration !== null && (
          <Part title={configuration.file}>
            <CopyField label="configuration" value={configuration.text} />
          </Part>
        )}
        <Part title="Send a test alert, which pages whoever is on call">
          <CopyField label="test command" value={triggerCommand({ key, kind, url })} wrap />
        </Part>
        <Part title="Resolve it">
          <CopyField label="resolve command" value={resolveCommand({ key, kind, url })} wrap />
        </Part>
        <p className="text-sm text-muted">
          The incident appears under{" "}
          <Link to="/incidents" className="text-accent underline underline-offset-2" onClick={onClose}>Incidents</Link>
          {" "}
          as soon as the alert is in.
        </p>
      </div>
    </Dialog>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="grid min-w-0 gap-1">
      <h3 className="text-sm font-medium">{title}</h3>
      {children}
    </section>
  )
}
