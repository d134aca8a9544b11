import type { SetupChange, SetupDocument, SetupResult } from "@innkeeper/oncall/api"

/** How many things a document states. */
const stated = (document: SetupDocument): number =>
  1 + [
    document.users,
    document.teams,
    document.schedules,
    document.escalationPolicies,
    document.services,
    document.integrations
  ].reduce((sum, list = []) => sum + list.length, 0)

const changeLines = ({ action, fields, kind, name }: SetupChange): ReadonlyArray<string> => [
  `${action === "create" ? "+" : "~"} ${kind} ${JSON.stringify(name)}`,
  ...fields.map(({ after, before, field }) => `    ${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`)
]

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)]

/** What `apply` did, for a person: each change, a count, then what senders and new people need. */
export const report = (document: SetupDocument, result: SetupResult): string => {
  const created = result.changes.filter(({ action }) => action === "create").length
  const changed = result.changes.length - created
  const [create, change] = result.dryRun ? ["to create", "to change"] : ["created", "changed"]
  return [
    ...result.changes.flatMap(changeLines),
    ...result.changes.length > 0 ? [""] : [],
    `${result.tenantSlug}: + ${created} ${create}, ~ ${changed} ${change}, = ${
      stated(document) - result.changes.length
    } unchanged${result.dryRun ? " (dry run: nothing was written)" : ""}`,
    ...section(
      "Integrations: where senders post to, and their key",
      result.integrations.map(({ key, kind, name, url }) => `${name} (${kind})  ${url}  ${key}`)
    ),
    ...section(
      "Secrets of new webhooks, told this once",
      result.webhookSecrets.map(({ address, secret, user }) => `${user}  ${address}  ${secret}`)
    ),
    ...section(
      "New people sign in with these links, once, within seven days",
      result.invitations.map(({ url, user }) => `${user}  ${url}`)
    )
  ].join("\n")
}
