import { ConfigProvider, Effect, Option, Schema } from "effect"
import { environment, type EnvironmentValues } from "./Environment.ts"
import { circumstance, decodeVariable, type Variable } from "./EnvironmentVariable.ts"
import { toServerConfig } from "./ServerConfig.ts"

/** The environment is wrong; `problems` is everything that is, not the first thing only. No value of a secret is in it. */
export class EnvironmentError extends Schema.TaggedError<EnvironmentError>()("EnvironmentError", {
  problems: Schema.Array(Schema.Struct({ variable: Schema.String, problem: Schema.String }))
}) {
  override get message() {
    const lines = this.problems.map(({ problem, variable }) => `  ${variable}: ${problem}`)
    return `The environment is not right:\n${lines.join("\n")}\ndocs/configuration.md explains each variable.`
  }
}

/**
 * The configuration of a server process, from the current `ConfigProvider`, which is the process environment by default.
 *
 * A variable that begins with `INNKEEPER_` and is none of ours is a misspelling and as wrong as a wrong value.
 */
export const loadEnvironment = Effect.gen(function*() {
  const production = (yield* read("INNKEEPER_ENV")) === "production"
  const results = yield* Effect.forEach(
    Object.entries<Variable<unknown>>(environment),
    ([name, variable]) => Effect.map(readVariable(name, variable, production), (result) => ({ name, ...result }))
  )
  const problems = [
    ...results.flatMap(({ name, problem }) => problem === undefined ? [] : [{ variable: name, problem }]),
    ...yield* misspelt
  ]
  if (problems.length > 0) return yield* new EnvironmentError({ problems })
  return toServerConfig(Object.fromEntries(results.map(({ name, value }) => [name, value])) as EnvironmentValues)
})

const read = Effect.fnUntraced(function*(name: string) {
  const provider = yield* ConfigProvider.ConfigProvider
  const node = yield* Effect.orDie(provider.load([name]))
  return node?.value
})

const variables: Readonly<Record<string, Variable<unknown>>> = environment

/** When a variable that is not set has to be, in words; undefined where it may be left out. */
const missingBecause = Effect.fnUntraced(
  function*({ requiredInProduction, requiredWith }: Variable<unknown>, production: boolean) {
    if (requiredInProduction && !production) return undefined
    if (requiredWith === undefined) return requiredInProduction ? "in production" : undefined
    const { value, variable } = requiredWith
    const given = (yield* read(variable)) ?? variables[variable]?.default
    const required = value === undefined ? given !== undefined : given === value
    return required ? `with ${circumstance(requiredWith)}` : undefined
  }
)

const readVariable = Effect.fnUntraced(function*(name: string, variable: Variable<unknown>, production: boolean) {
  const given = yield* read(name)
  if (given === undefined) {
    const missing = yield* missingBecause(variable, production)
    if (missing !== undefined) {
      return { problem: `is not set; ${missing} it has to be. Expected ${variable.expected}` }
    }
  }
  const text = given ?? variable.default
  if (text === undefined) return { value: undefined }
  const value = yield* decodeVariable(variable, text)
  if (Option.isSome(value)) return { value: value.value }
  return { problem: `expected ${variable.expected}${variable.secret ? "" : `, got ${JSON.stringify(text)}`}` }
})

const prefix = "INNKEEPER"

/** Kubernetes adds such variables for a service that is named innkeeper, or innkeeper-something. */
const ofKubernetes = /_SERVICE_HOST$|_SERVICE_PORT(?:_.+)?$|_PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?$/

/** Of the command line, which may share an environment with the server. */
const ofCommandLine = ["INNKEEPER_URL"]

const misspelt = Effect.gen(function*() {
  const provider = yield* ConfigProvider.ConfigProvider
  // The provider lists names by the parts between underscores.
  const names = (path: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<string>> =>
    Effect.gen(function*() {
      const node = yield* Effect.orDie(provider.load(path))
      const own = node?.value === undefined ? [] : [path.join("_")]
      const parts = node?._tag === "Record" ? [...node.keys] : []
      return [...own, ...(yield* Effect.forEach(parts, (part) => names([...path, part]))).flat()]
    })
  const ours = Object.keys(environment).filter((name) => name.startsWith(`${prefix}_`))
  return (yield* names([prefix]))
    .filter((name) => ![...ours, ...ofCommandLine].includes(name) && !ofKubernetes.test(name))
    .map((variable) => ({ variable, problem: `there is no such variable; there are ${ours.join(", ")}` }))
})
