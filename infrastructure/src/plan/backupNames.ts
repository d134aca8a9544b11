const ofOperation = "operation-"

/** Name of the backup that an operation makes: the same when the operation is tried again. */
export const backupNameOf = (operation: string) => `${ofOperation}${operation}.dump`

/** Whether a backup can have this name. Those of each night are named by their time. */
export const isBackupName = (name: string) => /^[A-Za-z0-9][A-Za-z0-9-]{0,99}\.dump$/.test(name)

/**
 * Folder of a tenant's backup in the bucket. What an operation made is apart from what each night makes, which is deleted by
 * age; no slug has an underscore, so it is in no other tenant's folder.
 */
export const backupFolder = (slug: string, name: string) => name.startsWith(ofOperation) ? `_kept/${slug}` : slug
