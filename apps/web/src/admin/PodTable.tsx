import type { Pod } from "@innkeeper/runtime/api"
import { HeartPulse, Unplug } from "lucide-react"
import { Badge } from "../ui/Badge.tsx"
import { classes } from "../ui/classes.ts"
import { Table, Td, Th } from "../ui/Table.tsx"
import { Time } from "../ui/Time.tsx"
import { bytesText, countText } from "./amounts.ts"
import type { PodMark } from "./podMarks.ts"

/** The processes of the cluster. */
export function PodTable({ pods, marks }: {
  readonly pods: ReadonlyArray<Pod>
  readonly marks: ReadonlyMap<string, PodMark>
}) {
  return (
    <Table
      label="Pods"
      head={
        <>
          <Th>Pod</Th>
          <Th>State</Th>
          <Th className="text-right">Shards</Th>
          <Th className="text-right max-md:hidden">Entities</Th>
          <Th className="text-right max-md:hidden">CPU</Th>
          <Th className="text-right max-md:hidden">Memory</Th>
          <Th className="max-sm:hidden">Started</Th>
          <Th className="max-md:hidden">Version</Th>
        </>
      }
    >
      {pods.map((pod) => <Row key={pod.id} pod={pod} mark={marks.get(pod.id)} />)}
    </Table>
  )
}

function Row({ pod, mark }: { readonly pod: Pod; readonly mark: PodMark | undefined }) {
  return (
    <tr>
      <Td className="w-full max-w-0">
        <div className="flex items-center gap-2.5">
          <span
            aria-hidden
            className={classes(
              "grid size-7 shrink-0 place-content-center rounded border text-xs font-semibold",
              pod.healthy ? `person person-${mark?.colour}` : "nobody"
            )}
          >
            {mark?.letter}
          </span>
          <div className="min-w-0">
            <p className="truncate font-medium">
              <span className="sr-only">Pod {mark?.letter},</span> {pod.address}
            </p>
            <p className="truncate text-xs text-muted">{pod.host}</p>
          </div>
        </div>
      </Td>
      <Td>
        {pod.healthy
          ? <Badge tone="ok" icon={<HeartPulse aria-hidden />}>Healthy</Badge>
          : (
            <span className="grid justify-items-start gap-0.5">
              <Badge tone="critical" icon={<Unplug aria-hidden />}>Away</Badge>
              <span className="text-xs text-muted">
                seen <Time at={pod.seenAt} />
              </span>
            </span>
          )}
      </Td>
      <Td className="text-right">{pod.healthy ? pod.shards.length : "–"}</Td>
      <Td className="text-right max-md:hidden">{countText(pod.entities)}</Td>
      <Td className="text-right whitespace-nowrap max-md:hidden">{Math.round(pod.cpu * 100)} %</Td>
      <Td className="text-right whitespace-nowrap max-md:hidden">{bytesText(pod.memoryBytes)}</Td>
      <Td className="max-sm:hidden">
        <Time at={pod.startedAt} />
      </Td>
      <Td className="max-md:hidden">{pod.version}</Td>
    </tr>
  )
}
