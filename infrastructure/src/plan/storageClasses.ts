import type { PlanEnvironment } from "./PlanEnvironment.ts"

/** Name of the class that Longhorn makes. Its volumes outlive their claims. */
export const longhornClass = "longhorn"

/** Name of Longhorn's class for volumes that go with the pod that they are made for. */
export const longhornScratchClass = "longhorn-scratch"

/** The class of a volume that is needed as long as a pod. Classes that are not ours delete a volume with its claim, or should. */
export const scratchClassOf = ({ mode, storageClass }: PlanEnvironment) =>
  mode === "selfhosted" && storageClass === longhornClass ? longhornScratchClass : storageClass
