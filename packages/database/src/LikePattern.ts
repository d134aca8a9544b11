/** A text that means itself within a pattern of LIKE (PostgreSQL manual, 9.7.1). */
const itself = (text: string) => text.replaceAll(/[\\%_]/g, "\\$&")

/** Pattern of LIKE and ILIKE for what has the text in it. */
export const containing = (text: string) => `%${itself(text)}%`

/** Pattern of LIKE and ILIKE for what begins with the text. */
export const beginningWith = (text: string) => `${itself(text)}%`
