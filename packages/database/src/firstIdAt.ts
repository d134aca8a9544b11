import { DateTime } from "effect"

/** The least id of an instant: ids that are made by `uuidv7` begin with their time (RFC 9562, 5.7), so lesser ones are older. */
export const firstIdAt = (at: DateTime.Utc) =>
  `${DateTime.toEpochMillis(at).toString(16).padStart(12, "0")}${"0".repeat(20)}`
