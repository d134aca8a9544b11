import type { Calendar } from "@innkeeper/oncall/api"
import type { UserId } from "@innkeeper/platform/api"
import { Array, DateTime } from "effect"
import type { Span } from "./lanePositions.ts"
import type { People } from "./people.ts"
import { finalTurns } from "./scheduleLanes.ts"
import { isUnanswered } from "./turnWords.ts"

/** A span in which pages go to nobody. */
export interface Unanswered extends Span {
  /** Whose turns it consists of, but for gaps: people who are deactivated. */
  readonly users: ReadonlyArray<UserId>
  /** It goes on to the end of the calendar, and perhaps after that. */
  readonly isOpen: boolean
}

/** The first span that ends after `now` in which pages go to nobody; null when there is none in the calendar. */
export const firstUnanswered = (
  calendar: Parameters<typeof finalTurns>[0] & Pick<Calendar, "until">,
  people: Pick<People, "isDeactivated">,
  now: DateTime.Utc
): Unanswered | null => {
  const coming = finalTurns(calendar).filter(({ end }) => DateTime.isGreaterThan(end, now))
  const turns = Array.takeWhile(
    Array.dropWhile(coming, (turn) => !isUnanswered(turn, people)),
    (turn) => isUnanswered(turn, people)
  )
  const [first, last] = [turns[0], turns.at(-1)]
  return first === undefined || last === undefined ? null : {
    start: first.start,
    end: last.end,
    users: Array.dedupe(turns.flatMap(({ userId }) => userId ?? [])),
    isOpen: DateTime.isGreaterThanOrEqualTo(last.end, calendar.until)
  }
}
