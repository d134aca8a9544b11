import { resourcesOf } from "../plan/pod.ts"
import type { Size } from "../plan/Sizing.ts"
import type { ClusterSettings } from "./ClusterSettings.ts"

/** MiB of a program that gets this much in earnest. */
export const memoryOf = ({ scale }: ClusterSettings, memory: number) =>
  scale === "trial" ? Math.max(64, Math.floor(memory / 4)) : memory

/** What a program gets that gets this much in earnest. */
export const sized = (settings: ClusterSettings, { cpu, memory }: Size) =>
  resourcesOf({
    cpu: settings.scale === "trial" ? Math.max(25, Math.floor(cpu / 8)) : cpu,
    memory: memoryOf(settings, memory)
  })

/** Copies of a program that runs twice in earnest. */
export const copies = ({ scale }: ClusterSettings) => scale === "trial" ? 1 : 2
