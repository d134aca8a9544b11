import type { OwnQuotas } from "@innkeeper/config"
import type { Sizing } from "./Sizing.ts"

/** MiB of the database. */
export const storageOf = ({ storage }: OwnQuotas) => Math.ceil(storage * 1024)

/** Volumes in the namespace: one that a backup is written to, and the database's if it is there. */
export const volumesOf = ({ database }: Sizing) => database.cpu > 0 ? 2 : 1
