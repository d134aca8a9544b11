/** Letters as they are compared: small, and without their marks, so that `tomas` finds Tomás. */
const plain = (text: string) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase()

/** Those items of which each word of `text` is somewhere in what they are called. */
export const matching = <A>(
  items: ReadonlyArray<A>,
  text: string,
  words: (item: A) => ReadonlyArray<string | undefined>
): ReadonlyArray<A> => {
  const wanted = plain(text).split(/\s+/).filter((word) => word !== "")
  if (wanted.length === 0) return items
  return items.filter((item) => {
    const said = plain(words(item).join("\n"))
    return wanted.every((word) => said.includes(word))
  })
}
