import type { Role, Scope } from "@innkeeper/platform/api"

export const roleWords: Record<Role, { readonly name: string; readonly may: string }> = {
  admin: { name: "Admin", may: "configures everything" },
  responder: { name: "Responder", may: "answers incidents and overrides schedules" },
  observer: { name: "Observer", may: "looks" }
}

/** What a key with a scope may do. */
export const scopeWords: Record<Scope, string> = {
  "incidents:read": "read incidents",
  "incidents:write": "open, acknowledge and resolve incidents",
  "oncall:read": "read schedules, policies, services and integrations",
  "oncall:override": "add and remove overrides",
  "oncall:write": "change schedules, policies, services and integrations",
  "users:read": "read people and teams",
  "users:write": "change people and teams",
  "keys:write": "create and revoke API keys",
  "webhooks:read": "read webhooks and what was sent to them",
  "webhooks:write": "change, test and replay webhooks",
  "audit:read": "read the audit log"
}
