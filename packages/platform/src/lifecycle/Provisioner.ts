import type { ProvisionEvent, ProvisionRequest } from "@innkeeper/config"
import { Context, type Effect, Layer, Schema, Stream } from "effect"

/** What was asked of the provisioner has not come about. */
export class ProvisionFailed extends Schema.TaggedError<ProvisionFailed>()("ProvisionFailed", {
  /** A sentence for each thing that is wrong. */
  problems: Schema.NonEmptyArray(Schema.String),
  /** Whether the request itself is at fault, so that it would fail again. */
  refused: Schema.Boolean
}) {
  override get message() {
    return this.problems.join("; ")
  }
}

/** Builds and removes the infrastructure of tenants that have pods of their own. */
export class Provisioner extends Context.Service<Provisioner, {
  /** What does it; null where the installation has nothing that could. */
  readonly adapter: "render" | "pulumi" | null
  /**
   * Does what the request asks, and tells of it. It succeeds after `Done`. It is asked to stop in good order when `stop`
   * is done, and stopped at once when the stream is let go.
   */
  readonly run: (request: ProvisionRequest, stop: Effect.Effect<void>) => Stream.Stream<ProvisionEvent, ProvisionFailed>
}>()("platform/Provisioner") {
  /** For an installation whose tenants are all pooled. */
  static readonly none = Layer.succeed(Provisioner, {
    adapter: null,
    run: () => Stream.fail(new ProvisionFailed({ problems: ["PROVISIONER is none"], refused: true }))
  })
}
