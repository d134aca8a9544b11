/** Part of the fleet that the second wave takes. */
const early = 0.1

/**
 * The order in which a change reaches a fleet of stacks: first one, then a tenth, then all others. Each stack is in exactly
 * one wave. Those named as canaries come first, all of them; without any, the first by name does.
 */
export const wavesOf = (
  stacks: ReadonlyArray<string>,
  canaries: ReadonlyArray<string>
): readonly [ReadonlyArray<string>, ReadonlyArray<string>, ReadonlyArray<string>] => {
  const all = [...new Set(stacks)].toSorted()
  const named = all.filter((stack) => canaries.includes(stack))
  const first = named.length > 0 ? named : all.slice(0, 1)
  const rest = all.filter((stack) => !first.includes(stack))
  const second = Math.ceil(rest.length * early)
  return [first, rest.slice(0, second), rest.slice(second)]
}
