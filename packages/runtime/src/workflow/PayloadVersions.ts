import { Context, Effect, Schema } from "effect"
import { Workflow } from "effect/workflow"

type Fields = Readonly<Record<string, Schema.Codec<any, any>>>

/** Name of the field of a stored payload that holds its version. A payload without it is of version 1. */
export const versionField = "payloadVersion"

/** Encoded JSON of one version in, decoded value of the newest version out. */
type Read = (encoded: unknown) => Effect.Effect<any, Schema.SchemaError>

/** All versions that a workflow's payload has had, the newest with its fields. */
export interface PayloadVersions<Current extends Fields> {
  readonly fields: Current
  /** How to read each version, from the first. */
  readonly readers: ReadonlyArray<Read>
  /**
   * Adds a version. `upgrade` makes a payload of the version before into one of the new. It runs each time a pod takes up an
   * old run, so it is pure and gives the same each time.
   */
  readonly next: <Next extends Fields>(
    fields: Next,
    upgrade: (previous: Schema.Struct.Type<Current>) => Schema.Struct.Type<Next>
  ) => PayloadVersions<Next>
}

const makeVersions = <Current extends Fields>(
  fields: Current,
  older: ReadonlyArray<Read>
): PayloadVersions<Current> => {
  const readers: ReadonlyArray<Read> = [...older, Schema.decodeUnknownEffect(Schema.toCodecJson(Schema.Struct(fields)))]
  return {
    fields,
    readers,
    next: (nextFields, upgrade) =>
      makeVersions(nextFields, readers.map((read): Read => (encoded) => Effect.map(read(encoded), upgrade)))
  }
}

/** The first version of a payload: that of all runs stored so far, also before their workflow had versions. */
export const firstVersion = <First extends Fields>(fields: First) => makeVersions(fields, [])

/** Makes a stored payload into one of the newest version. What it cannot read it gives back as it is. */
export class PayloadUpgrade extends Context.Service<PayloadUpgrade, (stored: unknown) => Effect.Effect<unknown>>()(
  "runtime/PayloadUpgrade"
) {}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** What the engine has added to a payload, such as its parent. */
const enginesOwn = (stored: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(stored).filter(([key]) => key.startsWith("~effect/")))

const upgradeOf = (versions: PayloadVersions<Fields>) => {
  const newest = versions.readers.length
  const encode = Schema.encodeUnknownEffect(Schema.toCodecJson(Schema.Struct(versions.fields)))
  return Effect.fnUntraced(function*(stored: unknown) {
    if (!isObject(stored)) return stored
    const version = stored[versionField] ?? 1
    const read = typeof version === "number" ? versions.readers[version - 1] : undefined
    if (read === undefined || stored[versionField] === newest) return stored
    const encoded = yield* Effect.flatMap(read(stored), encode)
    const upgraded: unknown = { ...Object(encoded), ...enginesOwn(stored), [versionField]: newest }
    return upgraded
  }, (effect, stored) => Effect.orElseSucceed(effect, () => stored))
}

/**
 * A workflow whose payload has had several versions.
 *
 * A run that was stored under an old one is read by the newest and goes on where it was. A run of a version that a pod does
 * not know waits for a pod that does. The body sees the newest version only; the names of its activities, clocks and
 * deferreds have to stay as they were for what an old run has done already.
 */
export const versionedWorkflow = <
  const Name extends string,
  Current extends Fields,
  Success extends Schema.Top = Schema.Void,
  Error extends Schema.Top = Schema.Never
>(name: Name, options: {
  readonly payload: PayloadVersions<Current>
  readonly success?: Success
  readonly error?: Error
  readonly idempotencyKey: (payload: Schema.Struct.Type<Current>) => string
}) => {
  const { idempotencyKey, payload, ...rest } = options
  const newest = payload.readers.length
  const version = Schema.Literal(newest).pipe(Schema.withConstructorDefault(Effect.succeed(newest)))
  const fields = { ...payload.fields, [versionField]: version } as Current & {
    readonly [versionField]: typeof version
  }
  return Workflow.make<Name, Schema.Struct<typeof fields>, Success, Error>(name, {
    ...rest,
    payload: Schema.Struct(fields),
    idempotencyKey: (decoded) => idempotencyKey(decoded as Schema.Struct.Type<Current>)
  }).annotate(PayloadUpgrade, upgradeOf(payload))
}
