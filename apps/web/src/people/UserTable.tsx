import type { User } from "@innkeeper/platform/api"
import { BellOff, EllipsisVertical, Mail, Pencil, UserRoundCheck, UserRoundX, Webhook } from "lucide-react"
import { useMe } from "../api/useMe.ts"
import { Badge } from "../ui/Badge.tsx"
import { IconButton } from "../ui/IconButton.tsx"
import { Menu, MenuItem } from "../ui/Menu.tsx"
import { ActionsTh, Table, Td, Th } from "../ui/Table.tsx"
import { Time } from "../ui/Time.tsx"
import { PersonMark } from "./PersonMark.tsx"
import { roleWords } from "./roleWords.ts"

export type UserAction = "edit" | "deactivate" | "reactivate"

/** People with how they are reached. */
export function UserTable({ users, may, onAction }: {
  readonly users: ReadonlyArray<User>
  readonly may: boolean
  readonly onAction: (kind: UserAction, user: User) => void
}) {
  return (
    <Table
      label="People"
      head={
        <>
          <Th>Person</Th>
          <Th className="max-sm:hidden">Role</Th>
          <Th>Reached by</Th>
          <Th className="max-md:hidden">Last seen</Th>
          {may && <ActionsTh />}
        </>
      }
    >
      {users.map((user) => <Row key={user.id} user={user} may={may} onAction={(kind) => onAction(kind, user)} />)}
    </Table>
  )
}

function Row({ user, may, onAction }: {
  readonly user: User
  readonly may: boolean
  readonly onAction: (kind: UserAction) => void
}) {
  const self = useMe().data?.user?.id === user.id
  const active = user.deactivatedAt === null
  return (
    <tr className={active ? "hover:bg-hover" : "text-muted"}>
      <Td className="w-full max-w-0 md:w-2/5">
        <div className="flex items-center gap-2.5">
          <PersonMark name={user.name} />
          <div className="min-w-0">
            <p className="font-medium">
              {user.name}
              {!active && (
                <span className="ml-2">
                  <Badge>deactivated</Badge>
                </span>
              )}
            </p>
            <p className="truncate text-xs text-muted">{user.email}</p>
          </div>
        </div>
      </Td>
      <Td className="max-sm:hidden">{roleWords[user.role].name}</Td>
      <Td>{active && <Reach user={user} />}</Td>
      <Td className="max-md:hidden">
        {user.lastSeenAt === null ? <span className="text-muted">never</span> : <Time at={user.lastSeenAt} />}
      </Td>
      {may && (
        <Td className="py-1! text-right">
          <Menu
            trigger={
              <IconButton label={`Actions for ${user.name}`}>
                <EllipsisVertical aria-hidden />
              </IconButton>
            }
          >
            <MenuItem icon={<Pencil aria-hidden />} onSelect={() => onAction("edit")}>Edit</MenuItem>
            {active
              ? (
                <MenuItem
                  danger
                  disabled={self}
                  icon={<UserRoundX aria-hidden />}
                  onSelect={() => onAction("deactivate")}
                >
                  Deactivate
                </MenuItem>
              )
              : (
                <MenuItem icon={<UserRoundCheck aria-hidden />} onSelect={() => onAction("reactivate")}>
                  Reactivate
                </MenuItem>
              )}
          </Menu>
        </Td>
      )}
    </tr>
  )
}

function Reach({ user }: { readonly user: User }) {
  if (user.contactMethods.length === 0) {
    return (
      <span className="inline-flex items-center gap-1.5 font-medium text-critical">
        <BellOff aria-hidden className="size-4" />nothing
      </span>
    )
  }
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1">
      {user.contactMethods.map(({ address, id, kind }) => (
        <li key={id} title={address} className="inline-flex items-center gap-1.5">
          {kind === "email"
            ? <Mail aria-hidden className="size-4 text-muted" />
            : <Webhook aria-hidden className="size-4 text-muted" />}
          <span className="max-sm:sr-only">{kind === "email" ? "Email" : "Webhook"}</span>
        </li>
      ))}
    </ul>
  )
}
