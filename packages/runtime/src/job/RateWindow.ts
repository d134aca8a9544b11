/**
 * Counts begins in a window that slides: in no window of that length are there more than `limit`. Instants and lengths in
 * milliseconds. A begin that was counted while the clock was ahead counts as one of now.
 */
export class RateWindow {
  readonly limit: number
  readonly window: number
  #begins: Array<number> = []

  constructor(limit: number, window: number) {
    this.limit = limit
    this.window = window
  }

  /** How many may begin at `now`. */
  allowance(now: number) {
    this.#begins = this.#begins.flatMap((begin) => begin > now - this.window ? [Math.min(begin, now)] : [])
    return Math.max(0, this.limit - this.#begins.length)
  }

  /** How long from `now` until one more may begin. */
  wait(now: number) {
    return this.allowance(now) > 0 ? 0 : this.#begins[this.#begins.length - this.limit]! + this.window - now
  }

  begin(now: number, count: number) {
    for (let index = 0; index < count; index++) this.#begins.push(now)
  }
}
