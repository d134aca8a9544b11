import { CurrentTenant } from "@innkeeper/database"
import { Array, Context, Formatter, Logger, References } from "effect"

/** For so long the same warning is not printed again, in milliseconds. */
const quietFor = 30_000

/** Warnings that are remembered; of more the oldest are forgotten. */
const most = 1000

/**
 * A logger that is given the same warning once in 30 seconds, with how many were left out since: what is tried again each second
 * while the database is away would bury all else there is to read. The same are those with the same words, annotations and
 * tenant.
 */
export const withoutRepeats = <Output>(logger: Logger.Logger<unknown, Output>) => {
  const printed = new Map<string, { readonly at: number; leftOut: number }>()
  return Logger.make<unknown, Output | undefined>((options) => {
    if (options.logLevel !== "Warn") return logger.log(options)
    const { date, fiber, message } = options
    const [words, ...rest] = Array.ensure(message)
    const tenant = Context.getOrUndefined(fiber.context, CurrentTenant)?.id
    const key = Formatter.formatJson([String(words), tenant, fiber.getRef(References.CurrentLogAnnotations)])
    const last = printed.get(key)
    if (last !== undefined && date.getTime() - last.at < quietFor) {
      last.leftOut++
      return undefined
    }
    printed.delete(key)
    printed.set(key, { at: date.getTime(), leftOut: 0 })
    if (printed.size > most) printed.delete(printed.keys().next().value ?? key)
    if (last === undefined || last.leftOut === 0) return logger.log(options)
    return logger.log({
      ...options,
      message: [`${String(words)} (${last.leftOut} more like it since the last)`, ...rest]
    })
  })
}
