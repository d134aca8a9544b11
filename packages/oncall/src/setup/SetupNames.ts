import type { SetupDocument } from "./SetupDocument.ts"
import type { SetupState, TargetName } from "./SetupState.ts"

/** Something wrong in a document: where, and what was expected there. */
export interface SetupIssue {
  readonly path: ReadonlyArray<string | number>
  readonly message: string
}

/**
 * How names and addresses are compared: without regard to case, letter by letter as the database's `lower()` does under
 * `C.UTF-8` (simple case mapping, Unicode 3.13). The one letter whose lower case is two is the dotted capital I.
 */
export const fold = (name: string): string =>
  Array.from(name, (letter) => letter === "\u0130" ? "i" : letter.toLowerCase()).join("")

const quote = (text: string) => JSON.stringify(text)

/** Names that a document uses twice, or that stand for two things. */
const duplicates = (document: SetupDocument): ReadonlyArray<SetupIssue> => {
  const twice = (
    path: ReadonlyArray<string | number>,
    field: string | null,
    values: ReadonlyArray<string | undefined>
  ): ReadonlyArray<SetupIssue> => {
    const seen = new Set<string>()
    return values.flatMap((value, index) => {
      if (value === undefined) return []
      const key = fold(value)
      if (!seen.has(key)) {
        seen.add(key)
        return []
      }
      const at = field === null ? [...path, index] : [...path, index, field]
      return [{ path: at, message: `expected a value that the list does not have yet, got ${quote(value)} again` }]
    })
  }
  const named = (list: "teams" | "schedules" | "escalationPolicies" | "services" | "integrations") =>
    twice([list], "name", (document[list] ?? []).map(({ name }) => name))
  return [
    ...twice(["users"], "email", (document.users ?? []).map(({ email }) => email)),
    ...named("teams"),
    ...(document.teams ?? []).flatMap(({ leads = [], members = [] }, index) => [
      ...twice(["teams", index, "leads"], null, leads),
      ...twice(["teams", index, "members"], null, members),
      ...members.flatMap((email, member) =>
        leads.some((lead) => fold(lead) === fold(email))
          ? [{ path: ["teams", index, "members", member], message: `expected a person who is not among the leads` }]
          : []
      )
    ]),
    ...named("schedules"),
    ...named("escalationPolicies"),
    ...named("services"),
    ...twice(["services"], "routingKey", (document.services ?? []).map(({ routingKey }) => routingKey)),
    ...named("integrations"),
    ...twice(["integrations"], "key", (document.integrations ?? []).map(({ key }) => key))
  ]
}

/** References that lead neither to something in the document nor to something in the tenant. */
const unresolved = (document: SetupDocument, state: SetupState): ReadonlyArray<SetupIssue> => {
  const known = (
    stored: ReadonlyArray<string>,
    stated: ReadonlyArray<string> = []
  ) => new Set([...stored, ...stated].map(fold))
  const users = known(state.users.map(({ email }) => email), document.users?.map(({ email }) => email))
  const teams = known(state.teams.map(({ name }) => name), document.teams?.map(({ name }) => name))
  const schedules = known(state.schedules.map(({ name }) => name), document.schedules?.map(({ name }) => name))
  const policies = known(state.policies.map(({ name }) => name), document.escalationPolicies?.map(({ name }) => name))
  const services = known(state.services.map(({ name }) => name), document.services?.map(({ name }) => name))
  const missing = (among: Set<string>, what: string, path: SetupIssue["path"], name: string) =>
    among.has(fold(name))
      ? []
      : [{ path, message: `expected ${what} in this document or in the tenant, got ${quote(name)}` }]
  const person = (path: SetupIssue["path"], email: string) =>
    missing(users, "the email address of a person", path, email)
  const target = (path: SetupIssue["path"], name: TargetName) =>
    "user" in name
      ? person([...path, "user"], name.user)
      : missing(schedules, "the name of a schedule", [...path, "schedule"], name.schedule)
  return [
    ...(document.teams ?? []).flatMap(({ leads = [], members = [] }, team) => [
      ...leads.flatMap((email, index) => person(["teams", team, "leads", index], email)),
      ...members.flatMap((email, index) => person(["teams", team, "members", index], email))
    ]),
    ...(document.schedules ?? []).flatMap(({ layers, overrides = [] }, schedule) => [
      ...layers.flatMap(({ users }, layer) =>
        users.flatMap((email, index) => person(["schedules", schedule, "layers", layer, "users", index], email))
      ),
      ...overrides.flatMap(({ user }, index) => person(["schedules", schedule, "overrides", index, "user"], user))
    ]),
    ...(document.escalationPolicies ?? []).flatMap(({ lastResort = [], steps }, policy) => [
      ...steps.flatMap(({ targets }, step) =>
        targets.flatMap((name, index) => target(["escalationPolicies", policy, "steps", step, "targets", index], name))
      ),
      ...lastResort.flatMap((name, index) => target(["escalationPolicies", policy, "lastResort", index], name))
    ]),
    ...(document.services ?? []).flatMap(({ escalationPolicy, team }, index) => [
      ...missing(teams, "the name of a team", ["services", index, "team"], team),
      ...missing(
        policies,
        "the name of an escalation policy",
        ["services", index, "escalationPolicy"],
        escalationPolicy
      )
    ]),
    ...(document.integrations ?? []).flatMap(({ service }, index) =>
      missing(services, "the name of a service", ["integrations", index, "service"], service)
    )
  ]
}

/** What contradicts the tenant: routing keys that are taken, integrations that cannot be as stated. */
const contradictions = (document: SetupDocument, state: SetupState): ReadonlyArray<SetupIssue> => [
  ...(document.services ?? []).flatMap(({ routingKey }, index) => {
    const holder = state.services.find((service) => service.routingKey === routingKey)
    const stated = document.services?.some(({ name }) => holder !== undefined && fold(name) === fold(holder.name))
    const message = `expected a routing key that is free, got that of ${quote(holder?.name ?? "")}`
    return holder === undefined || stated === true ? [] : [{ path: ["services", index, "routingKey"], message }]
  }),
  ...(document.integrations ?? []).flatMap(({ key, name }, index) => {
    const stored = state.integrations.find((integration) => fold(integration.name) === fold(name))
    if (stored === undefined) return []
    if (stored.revoked) {
      return [{ path: ["integrations", index, "name"], message: "expected another name: this integration was revoked" }]
    }
    return key === undefined || key === stored.key
      ? []
      : [{ path: ["integrations", index, "key"], message: "expected the key that this integration has already" }]
  })
]

/** Everything in a document that its names make wrong. */
export const namingIssues = (document: SetupDocument, state: SetupState): ReadonlyArray<SetupIssue> => [
  ...duplicates(document),
  ...unresolved(document, state),
  ...contradictions(document, state)
]
