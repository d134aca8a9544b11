import type { DateTime } from "effect"
import { lengthText, spanText } from "./momentText.ts"
import type { People } from "./people.ts"
import type { Turn } from "./scheduleLanes.ts"

/** Whether pages go to nobody during a turn. */
export const isUnanswered = ({ userId }: Pick<Turn, "userId">, { isDeactivated }: Pick<People, "isDeactivated">) =>
  userId === null || isDeactivated(userId)

/** Whose turn it is; says so of somebody who cannot be paged. */
export const turnName = (
  { userId }: Pick<Turn, "userId">,
  people: Pick<People, "nameOf" | "isDeactivated">
): string => {
  if (userId === null) return "nobody"
  return people.isDeactivated(userId) ? `${people.nameOf(userId)} (deactivated)` : people.nameOf(userId)
}

/** From when until when, as far as the calendar shows it. */
export const turnSpan = (turn: Turn, zone: DateTime.TimeZone, now: DateTime.Utc): string =>
  `${turn.isCut === true ? "at least " : ""}${spanText(turn, zone, now)}`

/** How long it is, as far as the calendar shows it. */
export const turnLength = ({ end, isCut, start }: Turn): string =>
  `${lengthText(end.epochMilliseconds - start.epochMilliseconds)}${isCut === true ? " or longer" : ""}`
