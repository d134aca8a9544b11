import { Effect } from "effect"
import { checkPreview } from "./checkPreview.ts"
import type { Adapter, Tell, Work } from "./Work.ts"

const nothingApplied =
  "Nothing was applied: this is the adapter render, which says what Pulumi would do and needs no cluster."

/** As it would be told if it were done. */
const pretend = ({ changes }: Work, tell: Tell) =>
  Effect.forEach(changes, ({ kind, name }, index) => {
    const about = { _tag: "Progress", kind, name, total: changes.length } as const
    return Effect.andThen(
      tell({ ...about, status: "began", done: index }),
      tell({ ...about, status: "done", done: index + 1 })
    )
  }, { discard: true })

const planned = ({ changes }: Work) => ({ _tag: "Planned", changes }) as const

/**
 * For machines without Pulumi's CLI or without a cluster: plans, previews by the real program, and holds it to the policy
 * pack, but applies nothing and says so. Where nothing changes, nothing is previewed.
 *
 * `environment` is the file that describes the cluster.
 */
export const renderAdapter = (environment: string) => {
  const preview = (work: Work, tell: Tell) =>
    Effect.andThen(
      work.changes.length === 0 ? Effect.void : checkPreview(work, environment),
      tell(planned(work))
    )
  const previewDestroy = (work: Work, tell: Tell) => tell(planned(work))
  const warned = (work: Work, tell: Tell) =>
    work.changes.length === 0
      ? Effect.void
      : Effect.andThen(tell({ _tag: "Said", level: "warning", message: nothingApplied }), pretend(work, tell))
  return {
    name: "render",
    preview,
    apply: (work, tell) => Effect.andThen(preview(work, tell), warned(work, tell)),
    previewDestroy,
    destroy: (work, tell) => Effect.andThen(previewDestroy(work, tell), warned(work, tell))
  } satisfies Adapter<unknown>
}
