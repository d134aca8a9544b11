/** Documents that are almost right. Tests only. */
import { Arbitrary, Schema } from "effect"

type Path = ReadonlyArray<string | number>

const pathsOf = (value: Schema.Json, path: Path = []): ReadonlyArray<Path> =>
  typeof value === "object" && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))]
    : [path]

type Change =
  | { readonly kind: "replace"; readonly value: Schema.Json }
  | { readonly kind: "remove" }
  | { readonly kind: "add"; readonly key: string; readonly value: Schema.Json }

const changed = (value: Schema.Json, [head, ...rest]: Path, change: Change): Schema.Json | undefined => {
  if (head === undefined) {
    if (change.kind === "replace") return change.value
    if (change.kind === "remove") return undefined
    if (Array.isArray(value)) return [...value, change.value]
    return typeof value === "object" && value !== null ? { ...value, [change.key]: change.value } : change.value
  }
  if (typeof value !== "object" || value === null) return value
  const entries = Object.entries(value).flatMap(([key, child]) => {
    const next = key === String(head) ? changed(child, rest, change) : child
    return next === undefined ? [] : [[key, next] as const]
  })
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries)
}

const changes = Arbitrary.schema(Schema.Union([
  Schema.Struct({ kind: Schema.tag("replace"), value: Schema.Json }),
  Schema.Struct({ kind: Schema.tag("remove") }),
  Schema.Struct({ kind: Schema.tag("add"), key: Schema.String, value: Schema.Json })
]))

/** One to three changes at places anywhere in a document; a number stands for a place of whatever document it meets. */
export const mutations = Arbitrary.array(
  Arbitrary.all({ place: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999 }))), changes }),
  { minLength: 1, maxLength: 3 }
)

/** The document after the changes. */
export const mutate = (
  document: Schema.Json,
  applied: ReadonlyArray<{ readonly place: number; readonly changes: Change }>
): Schema.Json =>
  applied.reduce((now, { changes: change, place }) => {
    const paths = pathsOf(now)
    return changed(now, paths[place % paths.length] ?? [], change) ?? null
  }, document)
