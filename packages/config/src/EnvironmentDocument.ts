import { environment } from "./Environment.ts"
import { circumstance, type Variable } from "./EnvironmentVariable.ts"

/** `docs/configuration.md`, made from the environment contract. */
export const environmentDocument = (): string => {
  const variables = Object.entries<Variable<unknown>>(environment)
  const groups = Map.groupBy(variables, ([, { group }]) => group)
  return [
    "# Configuration",
    "",
    "<!-- Made by `node tools/configuration.mjs` from packages/config/src/Environment.ts. Change it there. -->",
    "",
    "The server reads its environment once, at the start, and refuses to start with a list of everything that is wrong.",
    "An empty variable counts as not set. Secrets are never printed.",
    "",
    ...[...groups].flatMap(([group, members]) => [
      `## ${group}`,
      "",
      "| Variable | Default | Meaning |",
      "|---|---|---|",
      ...members.map(([name, variable]) => `| \`${name}\` | ${defaultOf(variable)} | ${meaningOf(variable)} |`),
      ""
    ])
  ].join("\n")
}

const defaultOf = (variable: Variable<unknown>) => {
  const text = variable.defaultText ?? (variable.default === "" ? "none" : `\`${variable.default}\``)
  const when = [
    ...(variable.requiredInProduction ? ["in production"] : []),
    ...(variable.requiredWith ? [`with \`${circumstance(variable.requiredWith)}\``] : [])
  ]
  return when.length > 0 ? `${text}; required ${when.join(" ")}` : text
}

const meaningOf = ({ description, expected, secret }: Variable<unknown>) =>
  `${description}${secret ? " Secret." : ""}<br>Expects ${expected}.`
