import type { ClusterState } from "@innkeeper/runtime/api"
import { Card } from "../ui/Card.tsx"
import { classes } from "../ui/classes.ts"
import type { PodMark } from "./podMarks.ts"

/** Every shard, with the letter and the colour of the pod that holds it. */
export function ShardGrid({ state, marks }: {
  readonly state: ClusterState
  readonly marks: ReadonlyMap<string, PodMark>
}) {
  const held = state.shards.filter(({ podId }) => podId !== null).length
  return (
    <Card
      title="Shards"
      actions={<span className="text-xs text-muted">{held} of {state.shards.length} held</span>}
    >
      <ol aria-label="Shards" className="grid grid-cols-8 gap-1 sm:grid-cols-16">
        {state.shards.map(({ locked, number, podId }) => {
          const mark = podId === null ? undefined : marks.get(podId)
          const words = mark === undefined
            ? locked === true ? "held by a pod that does not answer" : "held by no pod"
            : `held by pod ${mark.letter}`
          return (
            <li
              key={number}
              title={`Shard ${number}: ${words}`}
              className={classes(
                "grid aspect-square place-content-center sm:aspect-3/2 rounded border text-center leading-none",
                mark === undefined ? "nobody" : `person person-${mark.colour}`
              )}
            >
              <span className="sr-only">Shard {number}, {words}</span>
              <span aria-hidden className="text-[0.625rem]">{number}</span>
              <span aria-hidden className="text-xs font-semibold">{mark?.letter ?? "–"}</span>
            </li>
          )
        })}
      </ol>
    </Card>
  )
}
