import type { ProvisionerConfig } from "@innkeeper/config"
import { childProvisioner, Provisioner, provisionerEnvironment } from "@innkeeper/platform"
import { Duration, Effect, Layer } from "effect"

/** The program that builds tenants with pods of their own, as the environment names it. */
export const provisionerLayer = ({ adapter, environment, program }: ProvisionerConfig) =>
  adapter === "none"
    ? Provisioner.none
    : Layer.unwrap(Effect.map(provisionerEnvironment, (variables) =>
      childProvisioner({
        adapter,
        program: [program, "--adapter", adapter, "--environment", environment],
        environment: variables,
        // Longer than the engine waits for the slowest resource, a database instance.
        silence: Duration.minutes(30),
        grace: Duration.minutes(2)
      })))
