import type { Service } from "@innkeeper/oncall/api"
import { Link } from "@tanstack/react-router"
import { Boxes, EllipsisVertical, Pencil, Plus, Trash2 } from "lucide-react"
import { useState } from "react"
import { useMay } from "../api/useMe.ts"
import { RemoveDialog } from "../forms/RemoveDialog.tsx"
import { useTeams } from "../people/usePeople.ts"
import { Badge } from "../ui/Badge.tsx"
import { IconButton } from "../ui/IconButton.tsx"
import { Menu, MenuItem } from "../ui/Menu.tsx"
import { ActionsTh, Table, Td, Th } from "../ui/Table.tsx"
import { CataloguePage } from "./CataloguePage.tsx"
import { usePolicies, useServices } from "./queries.ts"
import { ServiceForm } from "./ServiceForm.tsx"

type Open =
  | { readonly kind: "create" }
  | { readonly kind: "edit" | "delete"; readonly service: Service }
  | null

/** All services, with who owns them and what is open. */
export function Services() {
  const services = useServices()
  const { data: teams } = useTeams()
  const { data: policies } = usePolicies()
  const may = useMay("oncall:write")
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  return (
    <CataloguePage
      title="Services"
      about="What can break, and who answers for it"
      query={services}
      create={{
        label: "Create service",
        icon: <Plus aria-hidden className="size-4" />,
        onClick: () => setOpen({ kind: "create" })
      }}
      empty={{
        title: "No service yet",
        icon: <Boxes />,
        text: "Alerts are about services. Create one for each thing that a team answers for."
      }}
      words={({ description, escalationPolicyId, name, routingKey, teamId }) => [
        name,
        routingKey,
        description,
        teams?.find(({ id }) => id === teamId)?.name,
        policies?.find(({ id }) => id === escalationPolicyId)?.name
      ]}
      list={(services) => (
        <Table
          label="Services"
          head={
            <>
              <Th>Service</Th>
              <Th>
                <span className="max-sm:hidden">Open incidents</span>
                <span className="sm:hidden">Open</span>
              </Th>
              <Th className="max-md:hidden">Team</Th>
              <Th className="max-md:hidden">Escalation policy</Th>
              {may && <ActionsTh />}
            </>
          }
        >
          {services.map((service) => (
            <Row
              key={service.id}
              service={service}
              may={may}
              onOpen={(kind) => setOpen({ kind, service })}
            />
          ))}
        </Table>
      )}
    >
      {open?.kind === "create" && <ServiceForm service={null} onClose={close} />}
      {open?.kind === "edit" && <ServiceForm service={open.service} onClose={close} />}
      {open?.kind === "delete" && (
        <RemoveDialog
          title={`Delete ${open.service.name}?`}
          action="Delete"
          remove={(api) => api.services.remove({ params: { id: open.service.id } })}
          invalidates={["service", "schedule"]}
          onClose={close}
        >
          A service that has integrations or incidents cannot be deleted.
        </RemoveDialog>
      )}
    </CataloguePage>
  )
}

function Row({ service, may, onOpen }: {
  readonly service: Service
  readonly may: boolean
  readonly onOpen: (kind: "edit" | "delete") => void
}) {
  const { data: teams } = useTeams()
  const { data: policies } = usePolicies()
  return (
    <tr className="hover:bg-hover">
      <Td className="w-full max-w-0 md:w-2/5">
        <p className="font-medium">{service.name}</p>
        <p className="truncate text-xs text-muted">
          <code className="font-mono">{service.routingKey}</code>
          {service.description !== "" && ` · ${service.description}`}
        </p>
      </Td>
      <Td>
        <Link
          to="/incidents"
          aria-label={`${service.openIncidents === 0 ? "none" : `${service.openIncidents} open`} for ${service.name}`}
          search={{ service: service.id }}
          className="inline-flex underline-offset-2 hover:underline pointer-coarse:py-2"
        >
          {service.openIncidents === 0
            ? <span className="text-muted">none</span>
            : <Badge tone="critical">{service.openIncidents} open</Badge>}
        </Link>
      </Td>
      <Td className="min-w-24 wrap-anywhere max-md:hidden">{teams?.find(({ id }) => id === service.teamId)?.name}</Td>
      <Td className="min-w-24 wrap-anywhere max-md:hidden">
        {policies?.find(({ id }) => id === service.escalationPolicyId)?.name}
      </Td>
      {may && (
        <Td className="py-1! text-right">
          <Menu
            trigger={
              <IconButton label={`Actions for ${service.name}`}>
                <EllipsisVertical aria-hidden />
              </IconButton>
            }
          >
            <MenuItem icon={<Pencil aria-hidden />} onSelect={() => onOpen("edit")}>Edit</MenuItem>
            <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => onOpen("delete")}>Delete</MenuItem>
          </Menu>
        </Td>
      )}
    </tr>
  )
}
