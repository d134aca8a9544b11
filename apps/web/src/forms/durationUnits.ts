/** Seconds in each unit. */
export const timeUnits = { seconds: 1, minutes: 60, hours: 3600 } as const
export type TimeUnit = keyof typeof timeUnits

/** The largest unit in which `seconds` is a whole number. */
export const largestUnit = (seconds: number): TimeUnit =>
  seconds % timeUnits.hours === 0 ? "hours" : seconds % timeUnits.minutes === 0 ? "minutes" : "seconds"
