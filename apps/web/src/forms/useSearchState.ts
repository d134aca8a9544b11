import { useNavigate, useSearch } from "@tanstack/react-router"
import { Option, Schema } from "effect"

/**
 * State that is kept in the address, so that a link is a view. `fallback` stands for an address that does not decode.
 * A change replaces the address without a new step in the history, and leaves what others keep there.
 */
export const useSearchState = <S extends object>(
  schema: Schema.ConstraintDecoder<S>,
  fallback: S
): readonly [S, (change: Partial<S>) => void] => {
  const search: unknown = useSearch({ strict: false })
  const navigate = useNavigate()
  const decoded = Schema.decodeUnknownOption(schema)(search)
  const state = Option.getOrElse(decoded, () => fallback)
  return [state, (change) => {
    const next = Object.entries({ ...(Option.isSome(decoded) ? Object(search) : {}), ...state, ...change }).filter((
      [, value]
    ) => value !== undefined && value !== "")
    void navigate({ to: ".", search: Object.fromEntries(next) as never, replace: true })
  }]
}
