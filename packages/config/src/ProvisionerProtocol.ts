import { Schema } from "effect"

/** Whether a tenant is served. A suspended one keeps all that it has and runs no server. */
export const ServiceState = Schema.Literals(["active", "suspended"])
export type ServiceState = typeof ServiceState.Type

/**
 * What a provisioner is asked to do, in one line of JSON on its standard input. It serves one request and ends; when its
 * standard input is closed before, whoever asked is gone, and it stops what it does.
 */
export const ProvisionRequest = Schema.Struct({
  /** Id of the operation: the same when it is tried again. */
  operation: Schema.String,
  /**
   * - `preview`: say what `apply` would change, and change nothing
   * - `apply`: make everything as the configuration says it
   * - `backup`: apply, with a backup of the database that has ended when this has
   * - `preview-destroy`, `destroy`: remove everything but the backups
   */
  action: Schema.Literals(["preview", "apply", "backup", "preview-destroy", "destroy"]),
  /** The tenant's configuration (`TenantConfig`), unchecked. */
  config: Schema.Json,
  service: ServiceState,
  /** Name of a backup that a database which is made by this request begins with. */
  restoreFrom: Schema.NullOr(Schema.String),
  /**
   * With `apply`: a job in the tenant's namespace carries its data between the shared database and the one of its own, and the
   * request is done when that is. `in`: into its own, before a server works there; `out`: out of its own, while no server runs.
   */
  move: Schema.optionalKey(Schema.Struct({
    direction: Schema.Literals(["in", "out"]),
    /** The secret of the move, at least 32 letters and digits: what the job shows to be let in, and what opens the data. */
    key: Schema.String.check(Schema.isPattern(/^[\w-]{32,100}$/))
  })),
  /**
   * Whether a former request for the tenant, for which nobody works any more, was ended before it could say `Done` or `Failed`:
   * whatever locks it has left may be taken away.
   */
  abandoned: Schema.optionalKey(Schema.Boolean),
  /** What the last request that changed anything returned as its record; null where nothing was built. */
  before: Schema.Json
})
export type ProvisionRequest = typeof ProvisionRequest.Type

/** What becomes of one resource. */
export const ResourceChange = Schema.Struct({
  action: Schema.Literals(["create", "update", "replace", "delete"]),
  /** Kind of the Kubernetes object, type of the cloud resource, `Secret` or `Password`. */
  kind: Schema.String,
  /** Logical name. */
  name: Schema.String,
  /** Paths of the fields that differ; empty for what is created or deleted. */
  fields: Schema.Array(Schema.String)
})
export type ResourceChange = typeof ResourceChange.Type

/** What a provisioner says, one line of JSON each, on its standard output. The last one is `Done` or `Failed`. */
export const ProvisionEvent = Schema.Union([
  /** It is about to change what `changes` lists, or, as a preview, would. */
  Schema.TaggedStruct("Planned", { changes: Schema.Array(ResourceChange) }),
  /** One resource has been begun or is done; `done` of `total` are. */
  Schema.TaggedStruct("Progress", {
    kind: Schema.String,
    name: Schema.String,
    status: Schema.Literals(["began", "done", "failed"]),
    done: Schema.Int,
    total: Schema.Int
  }),
  /** Something to tell a person, such as what a resource waits for. */
  Schema.TaggedStruct("Said", { level: Schema.Literals(["info", "warning", "error"]), message: Schema.String }),
  /** It is as the request asks. */
  Schema.TaggedStruct("Done", {
    /** What did it: the engine, or the renderer, which only says what an engine would do. */
    adapter: Schema.Literals(["pulumi", "render"]),
    /** What there is now, without secrets, to compare the next request with; null where nothing is. */
    record: Schema.Json,
    /** Name of the backup that was made. */
    backup: Schema.NullOr(Schema.String),
    /** Where the tenant is served; null where it is not. */
    url: Schema.NullOr(Schema.String)
  }),
  /** It is not as the request asks. What was done until then stays; the same request again goes on from there. */
  Schema.TaggedStruct("Failed", {
    /** A sentence for each thing that is wrong. */
    problems: Schema.NonEmptyArray(Schema.String),
    /** Whether the request itself is at fault, so that it would fail again. */
    refused: Schema.Boolean
  })
])
export type ProvisionEvent = typeof ProvisionEvent.Type
