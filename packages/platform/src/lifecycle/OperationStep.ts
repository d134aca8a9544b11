import { ServiceState, type Tier } from "@innkeeper/config"
import { Match, Schema } from "effect"
import { type OperationKind, TenantState } from "./TenantOperation.ts"

/** One step of an operation. What undoes it is `TenantSteps`' to say. */
export const OperationStep = Schema.Union([
  /** Shuts or opens the tenant's door. */
  Schema.TaggedStruct("State", { to: TenantState }),
  /** Has the provisioner do something with the pods and the database of the tenant's own. */
  Schema.TaggedStruct("Provision", {
    action: Schema.Literals(["apply", "backup", "destroy"]),
    /** Of which configuration: the one that is built, or the one that the operation asks for. */
    config: Schema.Literals(["before", "after"]),
    service: ServiceState,
    /** Whether a database that is made begins with the tenant's last backup. */
    fromBackup: Schema.Boolean
  }),
  /** Writes the configuration that the operation asks for into the registry. */
  Schema.TaggedStruct("Configure", {}),
  /** Writes the tenant's rows of the platform's database into an archive. */
  Schema.TaggedStruct("Archive", {}),
  /** Waits for the end of the retention. What comes after it is not undone. */
  Schema.TaggedStruct("Retain", {}),
  /** Deletes the tenant's rows. */
  Schema.TaggedStruct("Remove", {}),
  /** Brings the tenant's rows back from its last archive. */
  Schema.TaggedStruct("Unpack", {})
])
export type OperationStep = typeof OperationStep.Type

type Provision = Extract<OperationStep, { readonly _tag: "Provision" }>

/** What the steps of an operation depend on. */
export interface Undertaking {
  readonly kind: OperationKind
  /** The tenant's state before. */
  readonly state: TenantState
  /** Its tier before and after; the same unless its configuration changes. */
  readonly before: Tier
  readonly after: Tier
  /** State that a restored tenant comes back to. */
  readonly back: "active" | "suspended"
  /** Whether an off-boarding has got so far that data may be gone. */
  readonly removing: boolean
}

const state = (to: TenantState): OperationStep => ({ _tag: "State", to })
const archive: OperationStep = { _tag: "Archive" }
const configure: OperationStep = { _tag: "Configure" }
const remove: OperationStep = { _tag: "Remove" }
const retain: OperationStep = { _tag: "Retain" }
const unpack: OperationStep = { _tag: "Unpack" }

/** Whether a tenant of the tier has pods of its own. */
export const isOwn = (tier: Tier) => tier !== "pooled"

/** Whether a tenant in the state is served. */
export const serviceOf = (state: TenantState): ServiceState => state === "active" ? "active" : "suspended"

/** The steps of an operation, in their order. Those of a tenant without pods of its own ask nothing of a provisioner. */
export const stepsOf = (undertaking: Undertaking): ReadonlyArray<OperationStep> => {
  const { after, back, before, kind, removing } = undertaking
  const provision = (
    action: Provision["action"],
    service: ServiceState,
    more: Partial<Pick<Provision, "config" | "fromBackup">> = {}
  ): ReadonlyArray<OperationStep> =>
    isOwn(after) ? [{ _tag: "Provision", action, service, config: "before", fromBackup: false, ...more }] : []
  const service = serviceOf(undertaking.state)
  const wasActive = service === "active"
  return Match.value(kind).pipe(
    Match.when("create", () => [...provision("apply", "active", { config: "after" }), state("active")]),
    Match.when("apply", () =>
      // Another tier has another database: the data moves by a backup, while nobody writes.
      before !== after && isOwn(before) && isOwn(after)
        ? [
          ...wasActive ? [state("suspended")] : [],
          ...provision("backup", "suspended"),
          ...provision("apply", service, { config: "after", fromBackup: true }),
          configure,
          ...wasActive ? [state("active")] : []
        ]
        : [...provision("apply", service, { config: "after" }), configure]),
    Match.when("suspend", () => [state("suspended"), ...provision("apply", "suspended")]),
    Match.when("resume", () => [...provision("apply", "active"), state("active")]),
    Match.when("offboard", () => [
      ...removing ? [] : [
        ...wasActive ? [state("suspended")] : [],
        ...provision("backup", "suspended"),
        archive,
        state("offboarding"),
        retain
      ],
      ...provision("destroy", "suspended"),
      remove,
      state("offboarded")
    ]),
    Match.when("restore", () => [
      ...provision("apply", serviceOf(back), { fromBackup: removing }),
      ...removing ? [unpack] : [],
      state(back)
    ]),
    Match.exhaustive
  )
}

const stateText: Record<TenantState, string> = {
  provisioning: "Begin to build the tenant",
  active: "Open the tenant",
  suspended: "Close the tenant: it answers nobody",
  offboarding: "Mark the tenant as off-boarding",
  offboarded: "Mark the tenant as off-boarded",
  failed: "Mark the tenant as failed"
}

/** A step in words. */
export const stepText = (step: OperationStep): string =>
  Match.value(step).pipe(
    Match.tag("State", ({ to }) => stateText[to]),
    Match.tag("Provision", ({ action, fromBackup, service }) =>
      action === "destroy"
        ? "Remove its infrastructure, except backups"
        : action === "backup"
        ? "Back up its database"
        : fromBackup
        ? "Build its infrastructure from the last backup"
        : service === "suspended"
        ? "Stop its servers"
        : "Build its infrastructure"),
    Match.tag("Configure", () => "Enter the configuration"),
    Match.tag("Archive", () => "Archive its data"),
    Match.tag("Retain", () => "Wait for the end of the retention"),
    Match.tag("Remove", () => "Delete its data"),
    Match.tag("Unpack", () => "Bring back its data from the archive"),
    Match.exhaustive
  )

/** What undoes a step, in words. */
export const undoText = (text: string) => `Undo: ${text}`
