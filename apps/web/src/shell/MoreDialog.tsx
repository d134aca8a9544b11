import type { Me } from "@innkeeper/platform/api"
import { LogOut } from "lucide-react"
import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import type { Destination } from "./destinations.ts"
import { NavItem } from "./NavItem.tsx"
import { ThemeSwitch } from "./ThemeSwitch.tsx"

/** Where else one can go, on a phone. */
export default function MoreDialog({ me, destinations, onClose, onSignOut }: {
  readonly me: Me
  readonly destinations: ReadonlyArray<Destination>
  readonly onClose: () => void
  readonly onSignOut: () => void
}) {
  return (
    <Dialog open onOpenChange={onClose} title={me.tenant.name} description={me.principal.name}>
      <nav aria-label="More pages" className="grid gap-0.5">
        {destinations.map((destination) => <NavItem key={destination.to} destination={destination} onGo={onClose} />)}
      </nav>
      <div className="mt-3 flex items-center justify-between border-t border-line pt-3">
        <ThemeSwitch />
        <Button tone="quiet" icon={<LogOut aria-hidden className="size-4" />} onClick={onSignOut}>Sign out</Button>
      </div>
    </Dialog>
  )
}
