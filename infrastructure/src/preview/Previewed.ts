/** A resource as a program registered it with the engine. */
export interface Previewed {
  readonly urn: string
  readonly type: string
  /** Logical name. */
  readonly name: string
  /** URN; empty for the stack itself. */
  readonly parent: string
  /** As sent: secrets are wrapped, and what is not known yet is a sign of its own. Not to be shown; see `shown`. */
  readonly inputs: Readonly<Record<string, unknown>>
  readonly protect: boolean
  /** URNs. */
  readonly dependencies: ReadonlyArray<string>
  /** Of the provider's plugin. */
  readonly version: string
  readonly secretOutputs: ReadonlyArray<string>
}

/** What the engine would be asked to do. */
export interface Preview {
  readonly resources: ReadonlyArray<Previewed>
}

/** `@pulumi/pulumi`'s `specialSigKey` and `specialSecretSig`: what marks a secret on its way to the engine. */
const signatureKey = "4dabf18193072939515e22adb298388d"
const secretSignature = "1b47061264138c4ac30d75fd1eb44270"

/** `@pulumi/pulumi`'s `unknownValue`: stands for what is known only when the resource is there. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

/** A value as it may be shown: no secret is in it. */
export const shown = (value: unknown): unknown => {
  if (value === unknown) return "[not known yet]"
  if (Array.isArray(value)) return value.map(shown)
  if (typeof value !== "object" || value === null) return value
  if (Reflect.get(value, signatureKey) === secretSignature) return "[secret]"
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(member)]))
}
