import { Config, Effect, FileSystem, Option, Path, Redacted, Schema } from "effect"
import { Flag } from "effect/cli"
import { Failure } from "./Failure.ts"

/** Where Innkeeper is, and what opens it. */
export interface Connection {
  readonly url: string
  readonly adminToken: Redacted.Redacted<string>
}

/** Flags of every command that talks to the server. Left out, the environment says, then `cli.json`. */
export const connectionFlags = {
  url: Flag.String("url").pipe(
    Flag.withDescription("Address of Innkeeper, such as http://127.0.0.1:8080; also INNKEEPER_URL"),
    Flag.withFallbackConfig(Config.String("INNKEEPER_URL")),
    Flag.optional
  ),
  adminToken: Flag.Redacted("admin-token").pipe(
    Flag.withDescription("The platform's admin token; better given as INNKEEPER_ADMIN_TOKEN"),
    Flag.withFallbackConfig(Config.Redacted("INNKEEPER_ADMIN_TOKEN")),
    Flag.optional
  )
}

/** What a server that runs here in development writes into its data folder. */
const Local = Schema.Struct({
  url: Schema.String,
  adminToken: Schema.RedactedFromValue(Schema.String)
})
const decodeLocal = Schema.decodeUnknownOption(Schema.fromJsonString(Local))

const localConnection = Effect.gen(function*() {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* Config.String("INNKEEPER_DATA").pipe(Config.withDefault(".innkeeper"), Effect.orDie)
  return yield* files.readFileString(path.join(folder, "cli.json")).pipe(
    Effect.option,
    Effect.map(Option.flatMap(decodeLocal))
  )
})

const sameServer = (one: string, other: string) => URL.parse(one)?.origin === URL.parse(other)?.origin

/** Whether it is an address of HTTP; `localhost:8080` is a URL, too, of the scheme `localhost`. */
const isAddress = (url: string) => ["http:", "https:"].includes(URL.parse(url)?.protocol ?? "")

/** Whether it has a user or a password, which no request could be sent with. */
const hasCredentials = (url: string) => {
  const { password, username } = new URL(url)
  return `${username}${password}` !== ""
}

/** Whether a header can carry it (RFC 9110, 5.5). Blanks and line breaks around it do not count. */
const fitsHeader = (token: string) => /^[ -~\u00a0-\u00ff]*$/.test(token.trim())

/** A token that was found in the data folder goes to the address that stands beside it and to no other. */
export const findConnection = Effect.fnUntraced(function*(given: {
  readonly url: Option.Option<string>
  readonly adminToken: Option.Option<Redacted.Redacted<string>>
}) {
  const local = yield* localConnection
  const url = Option.getOrUndefined(Option.orElse(given.url, () => Option.map(local, ({ url }) => url)))
  if (url === undefined) {
    return yield* new Failure({
      message: "Where is Innkeeper? Say so with --url or INNKEEPER_URL, or start one here with npm start."
    })
  }
  if (!isAddress(url)) {
    return yield* new Failure({ message: `Expected an address such as http://127.0.0.1:8080, got ${url}` })
  }
  if (hasCredentials(url)) {
    return yield* new Failure({
      message:
        "Expected an address without a user and a password, got one with them. The admin token is what opens Innkeeper."
    })
  }
  const adminToken = Option.getOrUndefined(Option.orElse(
    given.adminToken,
    () => Option.flatMap(local, (found) => sameServer(found.url, url) ? Option.some(found.adminToken) : Option.none())
  ))
  if (adminToken === undefined) {
    return yield* new Failure({ message: `Give the admin token of ${url} as INNKEEPER_ADMIN_TOKEN or --admin-token.` })
  }
  if (!fitsHeader(Redacted.value(adminToken))) {
    return yield* new Failure({
      message: "Expected an admin token without line breaks and of letters that an HTTP header can carry, got another."
    })
  }
  return { url, adminToken } satisfies Connection
})
