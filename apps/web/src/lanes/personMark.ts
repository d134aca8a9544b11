/** First letters of a person's first and last name; at most two characters, as they are written. */
export const initialsOf = (name: string): string => {
  const words = name.split(/\s+/u).filter((word) => word !== "")
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...word ?? ""][0] ?? "")
  return letters.join("").toLocaleUpperCase()
}

/** How many colours people are told apart by; names and initials tell what colour alone does not. */
export const personColours = 8

/**
 * A colour for each of `people`, from 0 to `personColours` - 1. Neighbours in a rotation never share one as long as
 * there are colours left, since colours follow the order of turns.
 */
export const coloursOf = <Id>(people: ReadonlyArray<Id>): ReadonlyMap<Id, number> =>
  new Map(people.map((id, index) => [id, index % personColours]))
