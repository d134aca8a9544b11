import { Schema } from "effect"
import { SetupDocument } from "./SetupDocument.ts"
import { momentOf } from "./SetupMoment.ts"
import type { SetupState } from "./SetupState.ts"

const decode = Schema.decodeUnknownSync(SetupDocument)

/**
 * The document that describes `state`: applied to it, it changes nothing. Left out are people who were deactivated,
 * integrations that were revoked, and the keys of integrations, which are secrets.
 */
export const exportOf = (state: SetupState & { readonly tenant: NonNullable<SetupState["tenant"]> }): SetupDocument =>
  decode({
    tenant: state.tenant,
    users: state.users.filter(({ active }) => active).map((
      { contactMethods, email, name, platformAdmin, role, timeZone }
    ) => ({
      email,
      name,
      role,
      timeZone,
      ...(platformAdmin && { platformAdmin }),
      contactMethods: contactMethods.map(({ address, kind }) => ({ kind, address }))
    })),
    teams: state.teams.map(({ leads, members, name, tags }) => ({ name, tags, leads, members })),
    schedules: state.schedules.map(({ layers, name, overrides, timeZone }) => ({
      name,
      timeZone,
      layers,
      ...(overrides.length > 0 && {
        overrides: overrides.map(({ end, start, user }) => ({
          user,
          start: momentOf(start, timeZone),
          end: momentOf(end, timeZone)
        }))
      })
    })),
    escalationPolicies: state.policies.map((policy) => ({
      name: policy.name,
      steps: policy.steps,
      repeat: policy.repeat,
      ...(policy.lastResort.length > 0 && { lastResort: policy.lastResort }),
      ...(policy.acknowledgementTimeoutSeconds !== null && {
        acknowledgementTimeoutSeconds: policy.acknowledgementTimeoutSeconds
      })
    })),
    services: state.services.map(({ description, escalationPolicy, name, routingKey, team }) => ({
      name,
      ...(description !== "" && { description }),
      team,
      routingKey,
      escalationPolicy
    })),
    integrations: state.integrations.filter(({ revoked }) => !revoked).map(({ kind, name, service }) => ({
      name,
      kind,
      service
    }))
  })
