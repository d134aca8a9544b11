/** What a schema says about a value, in the words of a form. */
export const plainWords = (message: string): string => {
  if (message === "Missing key" || message === "Expected a value with a length of at least 1") return "This is needed."
  if (message === "Expected a UUID") return "Choose one."
  const length = /^Expected a value with a length of at (least|most) (\d+)$/.exec(message)
  if (length !== null) return `At ${length[1]} ${length[2]} characters.`
  return `This must be ${message.replace(/^expected /i, "").replace(/\.$/, "")}.`
}
