import type { Pod } from "@innkeeper/runtime/api"

/** How a pod is told from the others: a letter, and the number of a colour. */
export interface PodMark {
  readonly letter: string
  readonly colour: number
}

const colours = 8

/** Letters after Z have two: AA, AB … */
const letterOf = (index: number): string =>
  (index < 26 ? "" : letterOf(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + index % 26)

/** A mark for each pod, by id. They follow the time of the start, so a pod keeps its mark while older ones live. */
export const podMarks = (pods: ReadonlyArray<Pick<Pod, "id" | "startedAt">>): ReadonlyMap<string, PodMark> =>
  new Map(
    pods
      .toSorted((a, b) => a.startedAt.epochMilliseconds - b.startedAt.epochMilliseconds || (a.id < b.id ? -1 : 1))
      .map(({ id }, index) => [id, { letter: letterOf(index), colour: index % colours }])
  )
