import type { ConsumerState } from "@innkeeper/runtime/api"
import { Radio, RotateCcw } from "lucide-react"
import { useState } from "react"
import { Loaded } from "../api/Loaded.tsx"
import { Badge } from "../ui/Badge.tsx"
import { Button } from "../ui/Button.tsx"
import { EmptyState } from "../ui/EmptyState.tsx"
import { Page, PageHeader } from "../ui/PageHeader.tsx"
import { ActionsTh, Table, Td, Th } from "../ui/Table.tsx"
import { Time } from "../ui/Time.tsx"
import { useNow } from "../ui/useNow.ts"
import { countText, lengthText } from "./amounts.ts"
import { ReplayDialog } from "./ReplayDialog.tsx"
import { useAdminQuery } from "./useAdmin.ts"

/** Silence, in seconds, after which nobody runs a consumer. */
const silence = 60

/** Who reads the events, and how far behind them each is. */
export function Consumers() {
  const consumers = useAdminQuery(["consumers"], (api) => api.consumers.list())
  const [replayed, setReplayed] = useState<string | null>(null)
  const now = useNow(5)
  return (
    <Page>
      <PageHeader title="Consumers">
        What reads the events, each on one pod at a time, and how far behind it is
      </PageHeader>
      <Loaded query={consumers}>
        {(consumers) =>
          consumers.length === 0
            ? <EmptyState title="No consumer yet" icon={<Radio />}>They show up as soon as a pod runs one.</EmptyState>
            : (
              <Table
                label="Consumers"
                head={
                  <>
                    <Th>Consumer</Th>
                    <Th className="text-right">Behind</Th>
                    <Th className="text-right max-sm:hidden">Waiting</Th>
                    <Th className="text-right max-md:hidden">Dead letters</Th>
                    <Th className="max-md:hidden">Run by</Th>
                    <ActionsTh />
                  </>
                }
              >
                {consumers.map((consumer) => (
                  <Row
                    key={consumer.name}
                    consumer={consumer}
                    isSilent={now.epochMilliseconds - consumer.lastSeenAt.epochMilliseconds > silence * 1000}
                    onReplay={() => setReplayed(consumer.name)}
                  />
                ))}
              </Table>
            )}
      </Loaded>
      {replayed !== null && <ReplayDialog consumer={replayed} onClose={() => setReplayed(null)} />}
    </Page>
  )
}

function Row({ consumer, isSilent, onReplay }: {
  readonly consumer: ConsumerState
  readonly isSilent: boolean
  readonly onReplay: () => void
}) {
  const { deadLetters, lagSeconds, lastSeenAt, name, runner, types, waiting } = consumer
  return (
    <tr>
      <Td className="w-full max-w-0">
        <p className="truncate font-medium" title={name}>{name}</p>
        <p className="truncate text-xs text-muted" title={types.join(", ")}>{types.join(", ")}</p>
      </Td>
      <Td className="text-right whitespace-nowrap">
        {isSilent
          ? <Badge tone="critical">nobody runs it</Badge>
          : lagSeconds > 60
          ? <Badge tone="high">{lengthText(lagSeconds)}</Badge>
          : lengthText(lagSeconds)}
      </Td>
      <Td className="text-right max-sm:hidden">{waiting >= 10_000 ? "10,000+" : countText(waiting)}</Td>
      <Td className="text-right max-md:hidden">{countText(deadLetters)}</Td>
      <Td className="max-md:hidden">
        <span className="grid">
          <span className="whitespace-nowrap">{runner ?? "–"}</span>
          <span className="text-xs text-muted">
            seen <Time at={lastSeenAt} />
          </span>
        </span>
      </Td>
      <Td className="py-1! text-right">
        <Button tone="quiet" icon={<RotateCcw aria-hidden className="size-4" />} onClick={onReplay}>
          Replay<span className="sr-only">{" "}{name}</span>
        </Button>
      </Td>
    </tr>
  )
}
