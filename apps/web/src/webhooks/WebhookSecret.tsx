import { SecretDialog } from "../people/SecretDialog.tsx"

/** Shows a signing secret, which is told once. */
export function WebhookSecret({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <SecretDialog title="Keep this secret" label="Signing secret" secret={secret} onClose={onClose}>
      It is shown this once. Your receiver checks each call with it, by a library of Standard Webhooks.
    </SecretDialog>
  )
}
