/** A count with its thousands set apart, such as `12,408`. */
export const countText = (count: number): string => new Intl.NumberFormat("en-GB").format(count)

/** Bytes as people say them, such as `312 MB` or `1.4 GB`. */
export const bytesText = (bytes: number): string => {
  const megabytes = bytes / 1e6
  return megabytes < 1000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1000).toFixed(1)} GB`
}

/** A length of time from milliseconds to days, in at most two units, such as `40 ms`, `2.5 s`, `3 min 4 s` or `2 d 5 h`. */
export const lengthText = (seconds: number): string => {
  if (seconds === 0) return "0 s"
  if (seconds < 0.9995) return `${Math.max(0, Math.round(seconds * 1000))} ms`
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  const [big, small, bigUnit, smallUnit] = whole < 60
    ? [whole, 0, "s", ""]
    : whole < 3600
    ? [Math.floor(whole / 60), whole % 60, "min", "s"]
    : whole < 86_400
    ? [Math.floor(whole / 3600), Math.floor(whole % 3600 / 60), "h", "min"]
    : [Math.floor(whole / 86_400), Math.floor(whole % 86_400 / 3600), "d", "h"]
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`
}
