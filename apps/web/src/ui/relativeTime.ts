/** Seconds up to which a moment is told as a distance from now. */
const fresh = 24 * 60 * 60

/**
 * How far away a moment is, in words, such as `2 min ago` or `in 3 h`; null when it is a day or more away and a date
 * says more. `seconds` is negative for the past.
 */
export const relativeTime = (seconds: number): string | null => {
  const distance = Math.abs(seconds)
  if (distance >= fresh) return null
  // Clocks differ by some seconds, so the near past and the near future are the same.
  if (distance < 45) return "now"
  const words = distance < 3570
    ? `${Math.max(1, Math.round(distance / 60))} min`
    : `${Math.min(23, Math.round(distance / 3600))} h`
  return seconds > 0 ? `in ${words}` : `${words} ago`
}

/** A length for people, such as `1 min 20 s`, `45 s` or `3 h 5 min`; never negative. */
export const countdown = (seconds: number): string => {
  const whole = Math.max(0, Math.ceil(seconds))
  const parts = whole >= 3600
    ? [[Math.floor(whole / 3600), "h"], [Math.floor(whole % 3600 / 60), "min"]] as const
    : [[Math.floor(whole / 60), "min"], [whole % 60, "s"]] as const
  const told = parts.filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount} ${unit}`)
  return told.length === 0 ? "0 s" : told.join(" ")
}
