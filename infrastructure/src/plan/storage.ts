import type { OwnQuotas } from "@innkeeper/config"
import { backups, type Sizing } from "./Sizing.ts"

/** MiB of the database. */
export const storageOf = ({ storage }: OwnQuotas) => Math.ceil(storage * 1024)

/**
 * Volumes in the namespace: one for each backup at work, one that a backup which has ended keeps as long as its Job is there, and
 * the database's if it is there.
 */
export const volumesOf = ({ database }: Sizing) => backups + 1 + (database.cpu > 0 ? 1 : 0)
