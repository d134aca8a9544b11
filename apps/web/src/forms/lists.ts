/** `list` with what is at `index` replaced. */
export const replaceAt = <A>(list: ReadonlyArray<A>, index: number, value: A): ReadonlyArray<A> =>
  list.map((old, at) => at === index ? value : old)

/** `list` without what is at `index`. */
export const removeAt = <A>(list: ReadonlyArray<A>, index: number): ReadonlyArray<A> =>
  list.filter((_, at) => at !== index)

/** `list` with what is at `index` moved `by` places; unchanged when that leads out of the list. */
export const moveAt = <A>(list: ReadonlyArray<A>, index: number, by: number): ReadonlyArray<A> => {
  const target = index + by
  if (target < 0 || target >= list.length) return list
  const others = removeAt(list, index)
  return [...others.slice(0, target), list[index]!, ...others.slice(target)]
}
