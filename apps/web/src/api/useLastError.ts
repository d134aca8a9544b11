import { useState } from "react"

interface Asked {
  readonly data: unknown
  readonly error: unknown
  readonly errorUpdateCount: number
}

/**
 * Why a reading failed, also while one that has not succeeded yet is tried again: what is said of it stays until there is an
 * answer. Null where it has not failed.
 */
export const useLastError = ({ data, error, errorUpdateCount }: Asked): unknown => {
  const [last, setLast] = useState<unknown>(null)
  if (error !== null && error !== last) setLast(error)
  return error ?? (data === undefined && errorUpdateCount > 0 ? last : null)
}
