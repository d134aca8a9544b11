import { decodeTenantConfig, type TenantConfig } from "@innkeeper/config"
import { configIssues, type Conflict, type Unprocessable } from "@innkeeper/platform/api"
import { Effect, Predicate, Result } from "effect"
import { plainWords } from "../../forms/plainWords.ts"

/** What is wrong with a configuration, as sentences by the path of the field, such as `quotas.users`. */
export type ConfigErrors = Readonly<Record<string, string>>

/** Checks a configuration by the schema that the server checks it by. */
export const checkConfig = (config: unknown): Result.Result<TenantConfig, ConfigErrors> =>
  Effect.runSync(Effect.result(decodeTenantConfig(config))).pipe(
    Result.mapError(({ problems }) =>
      Object.fromEntries(problems.map(({ field, problem }) => [field, plainWords(problem)]))
    )
  )

/** Checks a configuration that was written as JSON. What is no JSON at all is wrong at the path of the whole. */
export const checkConfigText = (text: string): Result.Result<TenantConfig, ConfigErrors> => {
  try {
    return checkConfig(JSON.parse(text))
  } catch (cause) {
    return Result.fail({ "": `This must be JSON. ${cause instanceof Error ? cause.message : ""}`.trim() })
  }
}

/** What the server found wrong with a configuration. Empty where it refused for another reason. */
export const refusedFields = (error: unknown): ConfigErrors => {
  if (Predicate.isTagged(error, "Conflict")) {
    const { detail, field } = error as Conflict
    return field?.startsWith("config.") === true ? { [field.slice("config.".length)]: plainWords(`${detail}`) } : {}
  }
  return Predicate.isTagged(error, "Unprocessable")
    ? Object.fromEntries(
      configIssues((error as Unprocessable).errors).map(({ message, path }) => [path.join("."), plainWords(message)])
    )
    : {}
}

/** What is wrong with a field or with something in it. */
export const errorAt = (errors: ConfigErrors, path: string): string | undefined =>
  Object.entries(errors).find(([field]) => field === path || field.startsWith(`${path}.`))?.[1]
