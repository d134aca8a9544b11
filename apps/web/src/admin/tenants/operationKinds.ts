import type { OperationKind, TenantState } from "@innkeeper/platform/api"
import { CirclePause, LogOut, Pencil, Play, Plus, Undo2 } from "lucide-react"

/** How each kind of operation is asked for, and named while it runs and afterwards. */
export const operationKinds: Record<
  OperationKind,
  {
    /** On a button. */
    readonly verb: string
    /** Before the name of the tenant, where its plan is shown. */
    readonly title: string
    /** As the title of what is being done or was done. */
    readonly noun: string
    /** Whether it takes something away from people. */
    readonly isDangerous: boolean
    readonly Icon: typeof Plus
  }
> = {
  create: { verb: "Create", title: "Create", noun: "Creation", isDangerous: false, Icon: Plus },
  apply: { verb: "Apply", title: "Change", noun: "Change", isDangerous: false, Icon: Pencil },
  suspend: { verb: "Suspend", title: "Suspend", noun: "Suspension", isDangerous: true, Icon: CirclePause },
  resume: { verb: "Resume", title: "Resume", noun: "Resumption", isDangerous: false, Icon: Play },
  offboard: { verb: "Off-board", title: "Off-board", noun: "Off-boarding", isDangerous: true, Icon: LogOut },
  restore: { verb: "Restore", title: "Restore", noun: "Restoration", isDangerous: false, Icon: Undo2 }
}

/** What it means for a tenant's people to do something with it in its state. */
export const consequenceOf = (kind: OperationKind, state: TenantState): string => {
  switch (kind) {
    case "create":
      return state === "failed" ? "It is built anew." : "It is entered and built."
    case "apply":
      return "It becomes as the configuration says."
    case "suspend":
      return "It answers nobody: people are turned away and alerts are refused. It keeps all that it has."
    case "resume":
      return "It is served again, with all that it had."
    case "offboard":
      return state === "offboarding"
        ? "What is left of it is deleted now; the backup stays."
        : "It answers nobody at once. A backup is taken, and after the retention all its data is deleted. "
          + "Until then it can be restored."
    case "restore":
      return state === "offboarded"
        ? "It is built again, with the data of its last backup."
        : "The off-boarding ends, and the tenant is as it was before."
  }
}
