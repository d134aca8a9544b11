import type { ProvisionRequest } from "@innkeeper/config"
import { Redacted } from "effect"
import type { OperationStep } from "./OperationStep.ts"
import type { StoredOperation } from "./OperationStore.ts"
import type { Provisioning } from "./ProvisioningStore.ts"

type Provision = Extract<OperationStep, { readonly _tag: "Provision" }>

/** What a step asks of the provisioner. `key` is the secret of a move. */
export const requestOf = (
  step: Provision,
  { before, request }: Pick<StoredOperation, "before" | "request">,
  { backup }: Pick<Provisioning, "backup">,
  key: Redacted.Redacted<string>
): Omit<ProvisionRequest, "operation" | "before"> => ({
  action: step.action,
  config: step.config === "after" && "config" in request ? request.config : before.built ?? before.config,
  service: step.service,
  restoreFrom: step.fromBackup && step.action !== "destroy" ? backup : null,
  ...step.move !== undefined && { move: { direction: step.move, key: Redacted.value(key) } }
})

/** What undoes a step of the provisioner: what was built is built again, and where nothing was, nothing is left. */
export const undoingRequestOf = (
  step: Provision,
  { before, request }: Pick<StoredOperation, "before" | "request">,
  { backup }: Pick<Provisioning, "backup">
): Omit<ProvisionRequest, "operation" | "before"> =>
  before.built === null
    ? {
      action: "destroy",
      config: step.config === "after" && "config" in request ? request.config : before.config,
      service: "suspended",
      restoreFrom: null
    }
    : { action: "apply", config: before.built, service: before.service, restoreFrom: step.fromBackup ? backup : null }
