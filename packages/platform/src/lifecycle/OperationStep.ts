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
    fromBackup: Schema.Boolean,
    /** Whether the tenant's data is carried into its own database, or out of it. */
    move: Schema.optionalKey(Schema.Literals(["in", "out"]))
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
  Schema.TaggedStruct("Unpack", {}),
  /** Writes the tenant's rows of the shared database as they travel to its own. */
  Schema.TaggedStruct("Pack", {}),
  /** Goes on if the tenant's own database has answered that it holds what was sent. */
  Schema.TaggedStruct("Compare", {}),
  /** Brings the rows that came from the tenant's own database into the shared one. */
  Schema.TaggedStruct("Bring", {})
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
  /** Whether an off-boarding has got so far that data may be gone. Until then it waits for the end of its retention. */
  readonly removing: boolean
  /** Whether its former infrastructure is still there, which a move to the shared database could not remove. */
  readonly leftover: boolean
}

const state = (to: TenantState): OperationStep => ({ _tag: "State", to })
const bring: OperationStep = { _tag: "Bring" }
const compare: OperationStep = { _tag: "Compare" }
const pack: OperationStep = { _tag: "Pack" }
const archive: OperationStep = { _tag: "Archive" }
const configure: OperationStep = { _tag: "Configure" }
const remove: OperationStep = { _tag: "Remove" }
const retain: OperationStep = { _tag: "Retain" }
const unpack: OperationStep = { _tag: "Unpack" }

/** Whether what undoes the step brings data back. Until it has, the other place, which has that data, is not taken away. */
export const givesBack = (kind: OperationKind, step: OperationStep) =>
  kind === "apply" &&
  (step._tag === "Remove" || (step._tag === "Provision" && step.action === "destroy" && step.fromBackup))

/** Whether a tenant of the tier has pods of its own. */
export const isOwn = (tier: Tier) => tier !== "pooled"

/** Whether a tenant in the state is served. */
export const serviceOf = (state: TenantState): ServiceState => state === "active" ? "active" : "suspended"

const work = (
  action: Provision["action"],
  service: ServiceState,
  more: Partial<Pick<Provision, "config" | "fromBackup" | "move">>
): Provision => ({ _tag: "Provision", action, service, config: "before", fromBackup: false, ...more })

/** From the shared database into one of its own: nothing is taken away before it has arrived. */
const intoOwn = (service: ServiceState): ReadonlyArray<OperationStep> => [
  pack,
  work("apply", service, { config: "after", move: "in" }),
  compare,
  configure,
  remove
]

/** And back. What undoes the last step begins with the backup. */
const intoPool: ReadonlyArray<OperationStep> = [
  work("backup", "suspended", {}),
  work("apply", "suspended", { move: "out" }),
  bring,
  configure,
  work("destroy", "suspended", { fromBackup: true })
]

/** The steps of an operation, in their order. Those of a tenant without pods of its own ask nothing of a provisioner. */
export const stepsOf = (undertaking: Undertaking): ReadonlyArray<OperationStep> => {
  const { after, back, before, kind, leftover, removing } = undertaking
  const provision = (
    action: Provision["action"],
    service: ServiceState,
    more: Partial<Pick<Provision, "config" | "fromBackup" | "move">> = {}
  ): ReadonlyArray<OperationStep> => isOwn(after) ? [work(action, service, more)] : []
  const service = serviceOf(undertaking.state)
  const wasActive = service === "active"
  return Match.value(kind).pipe(
    Match.when("create", () => [...provision("apply", "active", { config: "after" }), state("active")]),
    Match.when("apply", () =>
      isOwn(before) !== isOwn(after)
        ? [
          ...wasActive ? [state("moving")] : [],
          ...isOwn(after) ? intoOwn(service) : intoPool,
          ...wasActive ? [state("active")] : []
        ]
        // Another tier has another database: the data moves by a backup, while nobody writes.
        : before !== after && isOwn(before) && isOwn(after)
        ? [
          ...wasActive ? [state("suspended")] : [],
          ...provision("backup", "suspended"),
          ...provision("apply", service, { config: "after", fromBackup: true }),
          configure,
          ...wasActive ? [state("active")] : []
        ]
        : [
          ...leftover ? [work("destroy", "suspended", {})] : [],
          ...provision("apply", service, { config: "after" }),
          configure
        ]),
    Match.when("suspend", () => [state("suspended"), ...provision("apply", "suspended")]),
    Match.when("resume", () => [...provision("apply", "active"), state("active")]),
    Match.when("offboard", () => [
      ...removing ? [] : [
        ...wasActive ? [state("suspended")] : [],
        ...provision("backup", "suspended"),
        archive,
        ...undertaking.state === "offboarding" ? [] : [state("offboarding")],
        retain
      ],
      ...isOwn(after) || leftover ? [work("destroy", "suspended", {})] : [],
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
  moving: "Close the tenant while its data moves: senders are told to try again",
  offboarding: "Mark the tenant as off-boarding",
  offboarded: "Mark the tenant as off-boarded",
  failed: "Mark the tenant as failed"
}

/** A step in words. */
export const stepText = (step: OperationStep): string =>
  Match.value(step).pipe(
    Match.tag("State", ({ to }) => stateText[to]),
    Match.tag("Provision", ({ action, fromBackup, move, service }) =>
      move === "in"
        ? "Build its infrastructure, and bring its data there"
        : move === "out"
        ? "Stop its servers, and fetch its data"
        : action === "destroy"
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
    Match.tag("Pack", () => "Pack its data"),
    Match.tag("Compare", () => "Compare what has arrived with what was sent"),
    Match.tag("Bring", () => "Bring its data into the shared database, and compare it with what was sent"),
    Match.exhaustive
  )

/** What undoes a step, in words. */
export const undoText = (text: string) => `Undo: ${text}`
