import type { WebhookEndpoint } from "@innkeeper/platform/api"
import { useNavigate } from "@tanstack/react-router"
import { CirclePlay, CircleSlash, EllipsisVertical, KeyRound, Pencil, RotateCw, Send, Trash2 } from "lucide-react"
import { useState } from "react"
import type { Call } from "../api/client.ts"
import { problemText } from "../api/problem.ts"
import { useAction } from "../api/useQuery.ts"
import { RemoveDialog } from "../forms/RemoveDialog.tsx"
import { Button } from "../ui/Button.tsx"
import { IconButton } from "../ui/IconButton.tsx"
import { Menu, MenuItem, MenuSeparator } from "../ui/Menu.tsx"
import { PageHeader } from "../ui/PageHeader.tsx"
import { useToasts } from "../ui/Toast.tsx"
import { ReplayForm } from "./ReplayForm.tsx"
import { RotateSecretDialog } from "./RotateSecretDialog.tsx"
import { WebhookForm } from "./WebhookForm.tsx"
import { WebhookSecret } from "./WebhookSecret.tsx"
import { WebhookState } from "./WebhookState.tsx"

type Open =
  | { readonly kind: "edit" | "rotate" | "replay" | "disable" | "delete" }
  | { readonly kind: "secret"; readonly secret: string }
  | null

/** What a webhook is called, and what can be done with it. */
export function WebhookHeader({ endpoint, may }: { readonly endpoint: WebhookEndpoint; readonly may: boolean }) {
  const { description, disabled, id, url } = endpoint
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  const navigate = useNavigate()
  const toasts = useToasts()
  const invalidates = ["webhook", "audit"]
  const act = useAction(
    ({ call }: { readonly call: Call<unknown, unknown>; readonly done: string }) => call,
    {
      invalidates,
      onDone: (_, { done }) => toasts.done(done),
      onFailed: (error) => toasts.failed(problemText(error))
    }
  )
  const test = () => act.mutate({ call: (api) => api.webhooks.test({ params: { id } }), done: "A test is on its way." })
  const enable = () => act.mutate({ call: (api) => api.webhooks.enable({ params: { id } }), done: "It is enabled." })
  return (
    <>
      <PageHeader
        title={description === "" ? new URL(url).host : description}
        actions={may && (
          <>
            {disabled === null
              ? (
                <Button
                  tone="primary"
                  icon={<Send aria-hidden className="size-4" />}
                  busy={act.isPending}
                  onClick={test}
                >
                  Send test
                </Button>
              )
              : (
                <Button
                  tone="primary"
                  icon={<CirclePlay aria-hidden className="size-4" />}
                  busy={act.isPending}
                  onClick={enable}
                >
                  Enable
                </Button>
              )}
            <Button icon={<Pencil aria-hidden className="size-4" />} onClick={() => setOpen({ kind: "edit" })}>
              Edit
            </Button>
            <Menu
              trigger={
                <IconButton label="More">
                  <EllipsisVertical aria-hidden />
                </IconButton>
              }
            >
              <MenuItem
                icon={<RotateCw aria-hidden />}
                disabled={disabled !== null}
                onSelect={() => setOpen({ kind: "replay" })}
              >
                Replay what was given up
              </MenuItem>
              <MenuItem icon={<KeyRound aria-hidden />} onSelect={() => setOpen({ kind: "rotate" })}>
                Rotate secret
              </MenuItem>
              <MenuSeparator />
              {disabled === null && (
                <MenuItem
                  icon={<CircleSlash aria-hidden />}
                  onSelect={() => setOpen({ kind: "disable" })}
                >
                  Disable
                </MenuItem>
              )}
              <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setOpen({ kind: "delete" })}>
                Delete
              </MenuItem>
            </Menu>
          </>
        )}
      >
        <span className="flex flex-wrap items-center gap-2">
          <WebhookState endpoint={endpoint} />
          <span className="break-all">{url}</span>
        </span>
      </PageHeader>
      {open?.kind === "edit" && <WebhookForm endpoint={endpoint} onClose={close} onSaved={close} />}
      {open?.kind === "replay" && <ReplayForm id={id} onClose={close} />}
      {open?.kind === "rotate" && (
        <RotateSecretDialog
          endpoint={endpoint}
          onClose={close}
          onRotated={(secret) => setOpen({ kind: "secret", secret })}
        />
      )}
      {open?.kind === "secret" && <WebhookSecret secret={open.secret} onClose={close} />}
      {open?.kind === "disable" && (
        <RemoveDialog
          title="Disable this webhook?"
          action="Disable"
          tone="primary"
          remove={(api) => api.webhooks.disable({ params: { id } })}
          invalidates={invalidates}
          onClose={close}
        >
          Nothing is sent to it until it is enabled again. What happens meanwhile is not kept for it; what is on its way
          is given up and can be replayed.
        </RemoveDialog>
      )}
      {open?.kind === "delete" && (
        <RemoveDialog
          title="Delete this webhook?"
          action="Delete"
          remove={(api) => api.webhooks.remove({ params: { id } })}
          invalidates={["audit"]}
          onClose={close}
          onRemoved={() => void navigate({ to: "/webhooks" })}
        >
          Its secret and its deliveries are deleted with it.
        </RemoveDialog>
      )}
    </>
  )
}
