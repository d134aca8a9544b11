import { DateTime, Option } from "effect"
import type { TenantState } from "../lifecycle/TenantOperation.ts"
import type { ArchiveName } from "./ArchiveStorage.ts"

/** What is known of the tenant whose archive it is. */
export interface ArchivedTenant {
  readonly state: TenantState
  /** The archive that a restore would read. */
  readonly archive: string | null
  readonly isUnderWay: boolean
  /** End of its last operation. */
  readonly endedAt: DateTime.Utc | null
}

/** Slug of the tenant whose archive it is. */
export const slugOfArchive = (name: ArchiveName) => name.slice(0, name.indexOf("."))

/** When it was begun. None where the digits are no time. */
const timeOf = (name: ArchiveName) =>
  DateTime.make(name.split(".")[1]!.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"))

/**
 * Whether an archive is kept no longer when everything from before `before` goes. That of an off-boarded tenant counts from
 * the end of its off-boarding, others from when they were begun. Kept are all of a tenant with which something is under way, and of one
 * that is being off-boarded.
 */
export const isArchiveExpired = (name: ArchiveName, tenant: ArchivedTenant, before: DateTime.Utc): boolean => {
  if (tenant.isUnderWay || tenant.state === "offboarding" || tenant.state === "moving") return false
  const begun = timeOf(name)
  if (Option.isNone(begun)) return false
  const isLast = tenant.state === "offboarded" && tenant.archive === name
  return DateTime.isLessThan(isLast && tenant.endedAt !== null ? tenant.endedAt : begun.value, before)
}
