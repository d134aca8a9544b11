import type { ProvisionerConfig } from "@innkeeper/config"
import { childProvisioner, Provisioner, provisionerEnvironment } from "@innkeeper/platform"
import { Duration, Effect, FileSystem, Layer, Schema } from "effect"

/** The program that builds tenants, or the file that describes their cluster, is not where the environment says it is. */
export class ProvisionerMissing extends Schema.TaggedError<ProvisionerMissing>()("ProvisionerMissing", {
  variable: Schema.Literals(["PROVISIONER_PROGRAM", "PROVISIONER_ENVIRONMENT"]),
  file: Schema.String
}) {
  override get message() {
    return `There is no file ${this.file}, which ${this.variable} names: give another path, or set PROVISIONER to none ` +
      "(docs/lifecycle.md says what an installation that builds tenants needs)."
  }
}

const exists = Effect.fnUntraced(function*(variable: ProvisionerMissing["variable"], file: string) {
  const fs = yield* FileSystem.FileSystem
  if (!(yield* Effect.orElseSucceed(fs.exists(file), () => false))) {
    return yield* new ProvisionerMissing({ variable, file })
  }
})

/** The program that builds tenants with pods of their own, as the environment names it. Its files have to be there. */
export const provisionerLayer = ({ adapter, environment, program }: ProvisionerConfig) =>
  adapter === "none"
    ? Provisioner.none
    : Layer.unwrap(Effect.gen(function*() {
      yield* exists("PROVISIONER_PROGRAM", program)
      yield* exists("PROVISIONER_ENVIRONMENT", environment)
      return childProvisioner({
        adapter,
        program: [program, "--adapter", adapter, "--environment", environment],
        environment: yield* provisionerEnvironment,
        // Longer than the engine waits for the slowest resource, a database instance.
        silence: Duration.minutes(30),
        grace: Duration.minutes(2)
      })
    }))
