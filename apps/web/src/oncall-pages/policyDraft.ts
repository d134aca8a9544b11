import type { Target } from "@innkeeper/oncall/api"

/** A target as a form holds it. */
export type TargetDraft = Pick<Target, "kind"> & { readonly id: string }

export interface StepDraft {
  readonly targets: ReadonlyArray<TargetDraft>
  readonly timeoutSeconds: number
}

/** What the form of an escalation policy holds. */
export interface PolicyDraft {
  readonly name: string
  readonly steps: ReadonlyArray<StepDraft>
  readonly repeat: number
  readonly lastResort: ReadonlyArray<TargetDraft>
  readonly acknowledgementTimeoutSeconds: number | null
}

/** Five minutes are enough to wake up and reach for the phone. */
export const newStep: StepDraft = { targets: [], timeoutSeconds: 300 }

export const emptyPolicy: PolicyDraft = {
  name: "",
  steps: [newStep],
  repeat: 1,
  lastResort: [],
  acknowledgementTimeoutSeconds: null
}
