import * as pulumi from "@pulumi/pulumi"
import { Config, ConfigProvider, Effect, Result } from "effect"
import { readFileSync } from "node:fs"
import { parse } from "yaml"

/** A variable that the program cannot do without. Without it, the program ends with a sentence that names it. */
export const requiredVariable = (name: string, meaning: string): string => {
  const value = Effect.runSync(Effect.result(Config.NonEmptyString(name).parse(ConfigProvider.fromEnv())))
  if (Result.isSuccess(value)) return value.success
  throw new pulumi.RunError(`The variable ${name} is not set: ${meaning}`)
}

/** What a file says in YAML or JSON. */
export const readInput = (file: string): unknown => {
  const text = textOf(file)
  try {
    return parse(text)
  } catch (error) {
    throw new pulumi.RunError(`${file} is not YAML: ${messageOf(error)}`)
  }
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    throw new pulumi.RunError(`${file} cannot be read: ${messageOf(error)}`)
  }
}

const messageOf = (error: unknown) => error instanceof Error ? error.message.split("\n")[0] : String(error)
