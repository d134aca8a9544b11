import type { WebhookEndpoint } from "@innkeeper/platform/api"
import { useState } from "react"
import { problemText } from "../api/problem.ts"
import { useAction } from "../api/useQuery.ts"
import { Button } from "../ui/Button.tsx"
import { Dialog } from "../ui/Dialog.tsx"
import { Checkbox } from "../ui/Field.tsx"

/** Gives a webhook a new signing secret. */
export function RotateSecretDialog({ endpoint, onClose, onRotated }: {
  readonly endpoint: WebhookEndpoint
  readonly onClose: () => void
  readonly onRotated: (secret: string) => void
}) {
  const [keepOld, setKeepOld] = useState(true)
  const rotation = useAction(
    (keepOld: boolean) => (api) => api.webhooks.rotateSecret({ params: { id: endpoint.id }, payload: { keepOld } }),
    { invalidates: ["webhook", "audit"], onDone: ({ secret }) => onRotated(secret) }
  )
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Rotate the signing secret"
      description="A new secret takes the place of the present one."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" busy={rotation.isPending} onClick={() => rotation.mutate(keepOld)}>Rotate</Button>
        </>
      }
    >
      <div className="grid gap-3">
        <Checkbox
          label="The present secret signs as well for another 24 hours"
          hint="So the receiver can be changed without a gap. Untick it when the secret has leaked."
          checked={keepOld}
          onChange={({ target }) => setKeepOld(target.checked)}
        />
        {rotation.error !== null && (
          <p role="alert" className="rounded-md bg-critical-soft px-3 py-2 text-sm text-critical">
            {problemText(rotation.error)}
          </p>
        )}
      </div>
    </Dialog>
  )
}
