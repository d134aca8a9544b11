import { type WebhookEndpoint, WebhookEndpointInput } from "@innkeeper/platform/api"
import { Effect } from "effect"
import type { Call } from "../api/client.ts"
import { unreadHint } from "../api/unreadHint.ts"
import { FormDialog } from "../forms/FormDialog.tsx"
import { useForm } from "../forms/useForm.ts"
import { Checkbox, Field, TextInput } from "../ui/Field.tsx"
import { useWebhookEvents } from "./queries.ts"

interface Saved {
  readonly endpoint: WebhookEndpoint
  /** Of a new one. */
  readonly secret: string | null
}

/** Creates a webhook, or changes `endpoint`. `onSaved` gets the secret of a new one, which is told once. */
export function WebhookForm({ endpoint, onClose, onSaved }: {
  readonly endpoint: WebhookEndpoint | null
  readonly onClose: () => void
  readonly onSaved: (saved: Saved) => void
}) {
  const events = useWebhookEvents()
  const unread = unreadHint(events)
  const initial: { url: string; description: string; all: boolean; eventTypes: ReadonlyArray<string> } = {
    url: endpoint?.url ?? "",
    description: endpoint?.description ?? "",
    all: (endpoint?.eventTypes.length ?? 0) === 0,
    eventTypes: endpoint?.eventTypes ?? []
  }
  const form = useForm({
    initial,
    schema: WebhookEndpointInput,
    // Without any type it would get all of them.
    toPayload: ({ all, eventTypes, ...rest }) => ({
      ...rest,
      eventTypes: all ? [] : eventTypes.length > 0 ? eventTypes : null
    }),
    save: (payload): Call<Saved, unknown> => (api) =>
      endpoint === null
        ? api.webhooks.create({ payload })
        : Effect.map(
          api.webhooks.replace({ params: { id: endpoint.id }, payload }),
          (endpoint) => ({ endpoint, secret: null })
        ),
    invalidates: ["webhook", "audit"],
    onSaved
  })
  const { all, description, eventTypes, url } = form.draft
  const typesError = form.error("eventTypes")
  return (
    <FormDialog
      form={form}
      title={endpoint === null ? "Create a webhook" : "Edit the webhook"}
      description="An address of yours that is called when something happened."
      action={endpoint === null ? "Create" : "Save"}
      onClose={onClose}
    >
      <Field
        label="Address"
        hint="An https:// URL that takes a POST and answers 2xx within 15 seconds."
        error={form.error("url")}
      >
        <TextInput
          type="url"
          inputMode="url"
          placeholder="https://example.com/innkeeper"
          value={url}
          onChange={({ target }) => form.set({ url: target.value })}
        />
      </Field>
      <Field label="Description" hint="Say what it is for." error={form.error("description")}>
        <TextInput value={description} onChange={({ target }) => form.set({ description: target.value })} />
      </Field>
      <fieldset className="grid gap-1.5">
        <legend className="pb-1 text-sm font-medium">It is told</legend>
        <Checkbox
          label="everything"
          hint="Also what Innkeeper learns to tell later."
          checked={all}
          onChange={({ target }) => form.set({ all: target.checked })}
        />
        {!all && unread !== undefined && <p role="status" className="text-xs text-muted">{unread}</p>}
        {!all && events.data?.map(({ description, type }) => (
          <Checkbox
            key={type}
            label={description}
            hint={<code className="font-mono">{type}</code>}
            checked={eventTypes.includes(type)}
            aria-invalid={typesError !== undefined || undefined}
            onChange={({ target }) =>
              form.set({
                eventTypes: target.checked ? [...eventTypes, type] : eventTypes.filter((other) => other !== type)
              })}
          />
        ))}
        {typesError !== undefined && (
          <p role="alert" className="text-xs text-critical">Choose at least one thing that it is told.</p>
        )}
      </fieldset>
    </FormDialog>
  )
}
