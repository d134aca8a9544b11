import type { Feature } from "@innkeeper/config"
import { Context, Schema } from "effect"

/** What a caller may do. API keys hold a set of these; roles imply one. */
export const Scope = Schema.Literals([
  "incidents:read",
  "incidents:write",
  "oncall:read",
  "oncall:override",
  "oncall:write",
  "users:read",
  "users:write",
  "keys:write",
  "webhooks:read",
  "webhooks:write",
  "audit:read"
])
export type Scope = typeof Scope.Type

/** Roles of a person inside a tenant. `observer` looks, `responder` also answers, `admin` also configures. */
export const Role = Schema.Literals(["admin", "responder", "observer"])
export type Role = typeof Role.Type

const observer: ReadonlyArray<Scope> = ["incidents:read", "oncall:read", "users:read"]
const responder: ReadonlyArray<Scope> = [...observer, "incidents:write", "oncall:override"]

/** The scopes that a role implies. */
export const scopesOf: Record<Role, ReadonlyArray<Scope>> = {
  observer,
  responder,
  admin: Scope.literals
}

/**
 * Who may call an endpoint. Every endpoint states one; a test walks the API and fails on any that does not.
 *
 * - `Public`: anyone
 * - `SignedIn`: any session or API key of a tenant
 * - `Scoped`: a session or API key that holds the scope
 * - `AdminToken`: the holder of the platform's admin token
 * - `IntegrationKey`: a sender that knows an integration key
 * - `SignedLink`: the holder of a link that Innkeeper signed
 */
export type Access =
  | { readonly _tag: "Public" }
  | { readonly _tag: "SignedIn" }
  | { readonly _tag: "Scoped"; readonly scope: Scope }
  | { readonly _tag: "AdminToken" }
  | { readonly _tag: "IntegrationKey" }
  | { readonly _tag: "SignedLink" }

/** Annotation of an endpoint: who may call it. */
export class AccessRule extends Context.Service<AccessRule, Access>()("platform/AccessRule") {}

/** Annotation of an endpoint: the feature that a tenant must have for it. */
export class NeedsFeature extends Context.Service<NeedsFeature, Feature>()("platform/NeedsFeature") {}

export const Public: Access = { _tag: "Public" }
export const SignedIn: Access = { _tag: "SignedIn" }
export const AdminToken: Access = { _tag: "AdminToken" }
export const IntegrationKey: Access = { _tag: "IntegrationKey" }
export const SignedLink: Access = { _tag: "SignedLink" }
export const needs = (scope: Scope): Access => ({ _tag: "Scoped", scope })
