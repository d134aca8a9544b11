/** What a schema or the server says about a value, as a sentence of a form. */
export const plainWords = (message: string): string => {
  if (message === "Missing key" || message === "Expected a value with a length of at least 1") return "This is needed."
  if (message === "Expected a UUID in lower case") return "Choose one."
  const length = /^Expected a value with a length of at (least|most) (\d+)$/.exec(message)
  if (length !== null) return `At ${length[1]} ${length[2]} characters.`
  const expected = /^(?:[Ee]xpected |(?=an? ))(.*?)\.?$/.exec(message)?.[1]
  if (expected !== undefined) return `This must be ${expected}.`
  return message.slice(0, 1).toUpperCase() + message.slice(1).replace(/\.?$/, ".")
}
