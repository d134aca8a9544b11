import type { DeadBecause, DisabledBecause, WebhookDeliveryState } from "@innkeeper/platform/api"
import type { Tone } from "../ui/Badge.tsx"

/** Why a webhook is disabled. */
export const disabledWords: Record<DisabledBecause, string> = {
  "by-hand": "Somebody disabled it.",
  failing: "It did nothing but fail for five days.",
  gone: "It answered 410 Gone, which asks to be called no more."
}

/** How each state of a delivery is named and drawn. */
export const deliveryStates: Record<WebhookDeliveryState, { readonly label: string; readonly tone: Tone }> = {
  pending: { label: "on its way", tone: "accent" },
  delivered: { label: "delivered", tone: "ok" },
  dead: { label: "given up", tone: "critical" }
}

/** Why a delivery was given up. */
export const deadWords: Record<DeadBecause, string> = {
  exhausted: "Every attempt failed.",
  gone: "The webhook answered 410 Gone.",
  disabled: "The webhook was disabled before it could be delivered."
}

/** A JSON text with indentation; as it is when it is none. */
export const indented = (json: string) => {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
