import { Effect, Result, Schema, SchemaTransformation } from "effect"
import { IpNetwork } from "effect/net"

/** One variable of the environment: what it is for, what it may hold, and what holds when it is not set. */
export interface Variable<A> {
  readonly schema: Schema.Codec<A, string>
  /** Heading that it stands under in the documentation. */
  readonly group: string
  readonly description: string
  /** Completes "expected …". Never the value, which may be a secret. */
  readonly expected: string
  /** Value when it is not set, as one would write it. */
  readonly default?: string
  /** The default in words, where it depends on something else. */
  readonly defaultText?: string
  /** Its value is shown to nobody. */
  readonly secret?: true
  /** The start is refused without it when `INNKEEPER_ENV` is `production`. */
  readonly requiredInProduction?: true
  /**
   * The start is refused without it while another variable has the value, or is set if there is none here; together with
   * `requiredInProduction` only in production.
   */
  readonly requiredWith?: { readonly variable: string; readonly value?: string }
}

/** As one would write it: `EMAIL_PROVIDER=ses`, or the variable's name where any value will do. */
export const circumstance = ({ value, variable }: NonNullable<Variable<unknown>["requiredWith"]>): string =>
  value === undefined ? variable : `${variable}=${value}`

/** States one variable. A variable with a `default` always has a value. */
export const variable = <A, const Options extends Omit<Variable<A>, "schema">>(
  schema: Schema.Codec<A, string>,
  options: Options
): Options & { readonly schema: Schema.Codec<A, string> } => ({ ...options, schema })

export const WholeNumber = (minimum: number, maximum: number) =>
  Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum, maximum }))

export const YesOrNo = Schema.Literals(["true", "false"]).pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform({ decode: (text) => text === "true", encode: (yes) => yes ? "true" : "false" })
  )
)

/** A URL with one of the protocols, such as `https:`. Kept as the text that was given. */
export const Url = (...protocols: ReadonlyArray<string>) =>
  Schema.NonEmptyString.check(
    Schema.makeFilter((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol))
  )

/** A URL that names a host, as one with an unset variable of a shell for it does not. */
export const UrlOfHost = (...protocols: ReadonlyArray<string>) =>
  Url(...protocols).check(Schema.makeFilter((text) => new URL(text).hostname !== ""))

/** A URL that others begin with: without a query, a fragment or somebody's credentials. */
export const BaseUrl = (...protocols: ReadonlyArray<string>) =>
  Url(...protocols).check(Schema.makeFilter((text) => {
    const { hash, password, search, username } = new URL(text)
    return `${username}${password}${search}${hash}` === ""
  }))

const isEscaped = (text: string) => Result.isSuccess(Result.try(() => decodeURIComponent(text)))

/** A Redis, as its client can read it: at most the number of a database for a path, and escapes behind percent signs. */
export const RedisUrl = Url("redis:", "rediss:").check(Schema.makeFilter((text) => {
  const { password, pathname, username } = new URL(text)
  return /^\/?\d*$/.test(pathname) && isEscaped(username) && isEscaped(password)
}))

export const Secret = (text: Schema.Codec<string, string>) => Schema.RedactedFromValue(text)

/** Addresses or networks in CIDR notation (RFC 4632, RFC 4291), separated by commas. An address becomes its own network. */
export const Networks = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Array(Schema.String.check(Schema.makeFilter((text) => isNetwork(text)))),
    SchemaTransformation.transform<ReadonlyArray<string>, string>({
      decode: (text) => text.split(",").map((part) => part.trim()).filter((part) => part !== "").map(asNetwork),
      encode: (parts: ReadonlyArray<string>) => parts.join(",")
    })
  )
)

const asNetwork = (part: string) => part.includes("/") ? part : `${part}/${part.includes(":") ? 128 : 32}`

const isNetwork = (text: string) => Result.isSuccess(IpNetwork.fromString(text))

/** An address with or without a display name, as in `Innkeeper <bell@example.com>`. */
export const Mailbox = Schema.String.check(
  Schema.isPattern(/^(?:[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/)
)

export const decodeVariable = <A>({ schema }: Pick<Variable<A>, "schema">, text: string) =>
  Effect.option(Schema.decodeEffect(schema)(text))
