import type { ServerConfig } from "@innkeeper/config"
import type { DemoAccess } from "./Demo.ts"

/** Where the token of the operators' console is; nowhere in production without one. */
const adminToken = ({ admin, dataFolder, environment }: ServerConfig): ReadonlyArray<string> =>
  admin.token !== undefined
    ? ["your INNKEEPER_ADMIN_TOKEN"]
    : environment === "development"
    ? [`adminToken in ${dataFolder}/secrets.json`]
    : []

/** What a person who starts the server wants to know: where it is, how to get in, how to see it work. */
export const banner = ({ config, demo, seconds }: {
  readonly config: ServerConfig
  readonly demo: DemoAccess | null
  readonly seconds: number
}): string => {
  const url = config.http.publicUrl
  const lines = [
    "",
    `Innkeeper is ready after ${seconds.toFixed(1)} s.`,
    "",
    `  Open       ${url}`,
    ...(demo === null ? [] : [`  Sign in    ${demo.email}   password: ${demo.password}`]),
    ...(config.mail.delivery._tag === "Caught" ? [`  Mailbox    ${url}/mailbox`] : []),
    `  API        ${url}/docs`,
    ...adminToken(config).map((token) => `  Console    ${url}/admin   token: ${token}`),
    ...(demo?.alertUrl === undefined || demo.alertUrl === null ? [] : [
      "",
      "  Fire a test alert and watch the incident appear:",
      "",
      `  curl -X POST ${demo.alertUrl} -H 'content-type: application/json' -d '{"summary":"Booking page answers 500","priority":"critical"}'`
    ]),
    "",
    "  Ctrl-C stops everything.",
    ""
  ]
  return lines.join("\n")
}
