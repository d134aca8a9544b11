import type { Deployable, SecretText } from "./Plan.ts"

/** Keys of the engine's encrypted configuration that a stack of this plan cannot do without. */
export const secretKeysOf = ({ cloud, secrets }: Deployable): ReadonlyArray<string> => {
  const texts: ReadonlyArray<SecretText> = [...secrets.map(({ values }) => values), ...cloud.map((r) => r.references)]
    .flatMap((values) => Object.values(values))
  const keys = texts.flat().flatMap((part) =>
    typeof part !== "string" && (part.from === "configuration" || part.from === "derived") ? [part.key] : []
  )
  return [...new Set(keys)].toSorted()
}
