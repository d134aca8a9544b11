import * as pulumi from "@pulumi/pulumi"
import { Effect, Schema } from "effect"

/** A resource as the engine was told of it. */
export interface Registered {
  readonly type: string
  readonly name: string
  readonly inputs: Readonly<Record<string, unknown>>
}

/** The program ended with an error. One that is for people is shown without its stack. */
export class ProgramFailed extends Schema.TaggedError<ProgramFailed>()("ProgramFailed", {
  forPeople: Schema.Boolean,
  message: Schema.String
}) {}

const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error)

/** How a secret reaches the engine: `@pulumi/pulumi`'s `specialSigKey` with `specialSecretSig`. */
const signature = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" }

/** The value that the engine encrypts; `undefined` if it would be kept in plain text. */
export const unsealed = (value: unknown): unknown =>
  typeof value === "object" && value !== null && "value" in value &&
    Object.entries(signature).every(([key, text]) => Reflect.get(value, key) === text)
    ? value.value
    : undefined

const project = "innkeeper"

/** Secrets of the environment that a plan may refer to. */
export const configuration = {
  databaseUser: "configured-database-user",
  databasePassword: "configured-database-password",
  cacheUrl: "redis://cache.example:6379",
  smtpUrl: "smtps://mail.example",
  sealingSecret: "configured-sealing-secret-of-all-tenants",
  backupAccessKey: "configured-access-key",
  backupSecretKey: "configured-secret-key"
}

/** Secrets that the cluster's plan may refer to. */
export const clusterConfiguration = {
  databaseUser: "configured-database-user",
  databasePassword: "configured-database-password",
  cachePassword: "configured-cache-password",
  dnsToken: "configured-dns-token",
  backupAccessKey: "configured-access-key",
  backupSecretKey: "configured-secret-key"
}

/** What a provider would answer: its inputs, and what only it can know. */
const stateOf = (type: string, name: string, inputs: Readonly<Record<string, unknown>>) => ({
  ...inputs,
  ...(type === "random:index/randomPassword:RandomPassword" && { result: `password-of-${name}` }),
  ...(type === "random:index/randomBytes:RandomBytes" && { hex: `bytes-of-${name}` }),
  ...(type === "aws:rds/instance:Instance" && { address: "acme.rds.example" }),
  ...(type === "aws:elasticache/replicationGroup:ReplicationGroup" && { primaryEndpointAddress: "acme.cache.example" }),
  ...(type === "aws:s3/bucket:Bucket" && { bucket: "backups-1" })
})

/**
 * Runs a program of Pulumi against mocks, as a stack of this name, and gives what it registered, or the error that it
 * ended with.
 */
export const runProgram = (
  stack: string,
  program: () => unknown,
  secrets: Readonly<Record<string, string>> = configuration
) =>
  Effect.tryPromise({
    try: () => {
      const registered: Array<Registered> = []
      const mocks: pulumi.runtime.Mocks = {
        newResource: ({ id, inputs, name, type }) => {
          registered.push({ type, name, inputs })
          return { id: id || `${name}-id`, state: stateOf(type, name, inputs) }
        },
        call: ({ inputs }) => inputs
      }
      return pulumi.runtime.setMocks(mocks, project, stack, false).then(() => {
        const keyed = Object.entries(secrets).map(([key, value]) => [`${project}:${key}`, value] as const)
        pulumi.runtime.setAllConfig(Object.fromEntries(keyed), keyed.map(([key]) => key))
        program()
        return pulumi.runtime.disconnect()
      }).then(() => registered)
    },
    catch: (error) => new ProgramFailed({ forPeople: pulumi.RunError.isInstance(error), message: messageOf(error) })
  })
