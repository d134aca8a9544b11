import { DropdownMenu } from "radix-ui"
import type { ReactNode } from "react"
import { classes } from "./classes.ts"

/** Actions behind one button. `trigger` is a single element that takes a ref, such as a Button. */
export function Menu({ trigger, children, align = "end" }: {
  readonly trigger: ReactNode
  readonly children: ReactNode
  readonly align?: "start" | "end"
}) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-44 rounded-lg border border-line bg-raised p-1 text-ink shadow-lg"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

export function MenuItem({ onSelect, icon, danger = false, disabled = false, children }: {
  readonly onSelect: () => void
  readonly icon?: ReactNode
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly children: ReactNode
}) {
  return (
    <DropdownMenu.Item
      onSelect={onSelect}
      disabled={disabled}
      className={classes(
        "control flex items-center gap-2 rounded-md px-2.5 text-sm outline-none data-highlighted:bg-hover [&>svg]:size-4",
        "data-disabled:opacity-55",
        danger && "text-critical"
      )}
    >
      {icon}
      {children}
    </DropdownMenu.Item>
  )
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />
}
