import { X } from "lucide-react"
import { Dialog as Radix } from "radix-ui"
import type { ReactNode } from "react"
import { classes } from "./classes.ts"
import { IconButton } from "./IconButton.tsx"
import { useFocusReturn } from "./useFocusReturn.ts"

interface DialogContent {
  readonly title: string
  readonly description?: ReactNode
  readonly children?: ReactNode
  /** Buttons, the affirmative one last. */
  readonly footer?: ReactNode
  readonly wide?: boolean
  /** A press beside it does not close it, where that would lose what it shows. */
  readonly firm?: boolean
}

/**
 * A question or form over the page; a sheet from below on a phone. Escape and the backdrop close it, focus stays inside
 * and returns to where it was.
 */
export function Dialog({ open, onOpenChange, ...content }: DialogContent & {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Content {...content} />
      </Radix.Portal>
    </Radix.Root>
  )
}

function Content({ title, description, children, footer, wide = false, firm = false }: DialogContent) {
  const returnFocus = useFocusReturn()
  return (
    <>
      <Radix.Overlay className="fixed inset-0 z-50 bg-shade" />
      <Radix.Content
        {...(description === undefined ? { "aria-describedby": undefined } : {})}
        onCloseAutoFocus={returnFocus}
        onInteractOutside={(event) => {
          if (firm) event.preventDefault()
        }}
        className={classes(
          "fixed z-50 flex flex-col border-line bg-raised text-ink shadow-xl focus:outline-none",
          "inset-x-0 bottom-0 max-h-[92dvh] rounded-t-xl border-t pb-[env(safe-area-inset-bottom)]",
          "sm:inset-x-auto sm:bottom-auto sm:left-1/2 sm:top-[10vh] sm:max-h-[80vh] sm:w-[calc(100vw-2rem)]",
          "sm:-translate-x-1/2 sm:rounded-xl sm:border",
          wide ? "sm:max-w-3xl" : "sm:max-w-lg"
        )}
      >
        <header className="flex items-start gap-3 px-5 pt-4 pb-2">
          <div className="min-w-0 flex-1">
            <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
            {description !== undefined && (
              <Radix.Description className="mt-0.5 text-sm text-muted">{description}</Radix.Description>
            )}
          </div>
          <Radix.Close asChild>
            <IconButton label="Close" className="-mr-2">
              <X aria-hidden />
            </IconButton>
          </Radix.Close>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
        {footer !== undefined && (
          <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3 max-sm:*:flex-1">
            {footer}
          </footer>
        )}
      </Radix.Content>
    </>
  )
}
