import type { QueueState } from "@innkeeper/runtime/api"
import { Badge } from "../ui/Badge.tsx"
import { RowButton } from "../ui/RowButton.tsx"
import { Table, Td, Th } from "../ui/Table.tsx"
import { countText, lengthText } from "./amounts.ts"

/** Waiting longer than this, in seconds, is told apart. */
const long = 60

/** Queues with what waits in each, what runs, and how much ended in the last minute. */
export function QueueTable({ queues, onChoose }: {
  readonly queues: ReadonlyArray<QueueState>
  readonly onChoose: (queue: string) => void
}) {
  return (
    <Table
      label="Queues"
      head={
        <>
          <Th>Queue</Th>
          <Th className="text-right">Ready</Th>
          <Th className="text-right">Oldest</Th>
          <Th className="text-right max-sm:hidden">Running</Th>
          <Th className="text-right max-md:hidden">Scheduled</Th>
          <Th className="text-right max-md:hidden">Ended / min</Th>
          <Th className="text-right">Dead</Th>
        </>
      }
    >
      {queues.map((state) => (
        <tr key={state.queue} className="hover:bg-hover">
          <Td className="w-full max-w-0">
            <RowButton onOpen={() => onChoose(state.queue)}>{state.queue}</RowButton>
            {state.unknown > 0 && <Badge tone="high">{countText(state.unknown)} of a type that nobody runs</Badge>}
          </Td>
          <Td className="text-right">{countText(state.ready)}</Td>
          <Td className="text-right whitespace-nowrap">
            {state.oldestReadySeconds === null
              ? "–"
              : state.oldestReadySeconds > long
              ? <Badge tone="high">{lengthText(state.oldestReadySeconds)}</Badge>
              : lengthText(state.oldestReadySeconds)}
          </Td>
          <Td className="text-right max-sm:hidden">{countText(state.running)}</Td>
          <Td className="text-right max-md:hidden">{countText(state.scheduled)}</Td>
          <Td className="text-right whitespace-nowrap max-md:hidden">
            {countText(state.endedLastMinute)}
            {state.diedLastMinute > 0 && <span className="text-critical">, {countText(state.diedLastMinute)} dead
            </span>}
          </Td>
          <Td className="text-right">
            {state.dead === 0 ? "0" : <Badge tone="critical">{countText(state.dead)}</Badge>}
          </Td>
        </tr>
      ))}
    </Table>
  )
}
