/**
 * What else is old when something of a kind changed: services count their open incidents, integrations tell their last
 * alert, and who is on call follows from schedules, policies, services and people.
 */
const dependents: Readonly<Record<string, ReadonlyArray<string>>> = {
  incident: ["service", "integration"],
  policy: ["schedule"],
  service: ["schedule"],
  user: ["schedule", "team"]
}

/** The first words of the query keys to read anew after an event such as `incident.acknowledged`. */
export const kindsOf = (eventType: string): ReadonlyArray<string> => {
  const kind = eventType.split(".")[0]!
  return [kind, ...dependents[kind] ?? []]
}
