import type { ApiKey } from "@innkeeper/platform/api"
import { KeyRound, Plus } from "lucide-react"
import { useState } from "react"
import { Loaded } from "../api/Loaded.tsx"
import { useQuery } from "../api/useQuery.ts"
import { RemoveDialog } from "../forms/RemoveDialog.tsx"
import { Button } from "../ui/Button.tsx"
import { Card } from "../ui/Card.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Time } from "../ui/Time.tsx"
import { ApiKeyForm } from "./ApiKeyForm.tsx"
import { SecretDialog } from "./SecretDialog.tsx"

/** Keys for programs, for those who may make them. */
export function ApiKeysCard() {
  const keys = useQuery(["api-key", "list"], (api) => api.apiKeys.list())
  const [creating, setCreating] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  return (
    <Card
      title="API keys"
      actions={
        <Button icon={<Plus aria-hidden className="size-4" />} onClick={() => setCreating(true)}>Create key</Button>
      }
    >
      <Loaded query={keys} rows={2}>
        {(keys) =>
          keys.length === 0
            ? (
              <EmptyState title="No API key yet" icon={<KeyRound />}>
                A program signs in by a key that may do only what you choose.
              </EmptyState>
            )
            : (
              <ul className="divide-y divide-line">
                {keys.map((key) => <Line key={key.id} apiKey={key} onRevoke={() => setRevoking(key)} />)}
              </ul>
            )}
      </Loaded>
      {creating && (
        <ApiKeyForm
          onClose={() => setCreating(false)}
          onCreated={(key) => {
            setCreating(false)
            setSecret(key)
          }}
        />
      )}
      {secret !== null && (
        <SecretDialog
          title="Keep this key"
          label="API key"
          secret={secret}
          onClose={() => setSecret(null)}
        >
          It is shown this once. Send it as <code className="font-mono">Authorization: Bearer</code>.
        </SecretDialog>
      )}
      {revoking !== null && (
        <RemoveDialog
          title={`Revoke ${revoking.name}?`}
          action="Revoke"
          remove={(api) => api.apiKeys.revoke({ params: { id: revoking.id } })}
          invalidates={["api-key", "audit"]}
          onClose={() => setRevoking(null)}
        >
          Programs that use it are refused at once and for good.
        </RemoveDialog>
      )}
    </Card>
  )
}

function Line({ apiKey, onRevoke }: { readonly apiKey: ApiKey; readonly onRevoke: () => void }) {
  const { expiresAt, hint, lastUsedAt, name, revokedAt, scopes } = apiKey
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5 first:pt-0 last:pb-0">
      <div className="min-w-0 flex-1 basis-64 text-sm">
        <p className={revokedAt === null ? "font-medium" : "text-muted line-through"}>
          {name} <code className="font-mono text-xs font-normal text-muted">…{hint}</code>
        </p>
        <p className="text-xs text-muted">{scopes.join(", ")}</p>
        <p className="text-xs text-muted">
          {lastUsedAt === null ? "Never used" : (
            <>
              Last used <Time at={lastUsedAt} />
            </>
          )}
          {expiresAt === null ? " · never expires" : (
            <>
              {" "}
              · expires <Time at={expiresAt} absolute />
            </>
          )}
          {revokedAt !== null && (
            <>
              {" "}
              · revoked <Time at={revokedAt} />
            </>
          )}
        </p>
      </div>
      {revokedAt === null && <Button tone="quiet" onClick={onRevoke}>Revoke</Button>}
    </li>
  )
}
