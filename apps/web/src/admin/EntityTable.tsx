import type { EntityLoad } from "@innkeeper/runtime/api"
import { Table, Td, Th } from "../ui/Table.tsx"
import { countText, lengthText } from "./amounts.ts"

/** What waits for entities, by type. */
export function EntityTable({ loads }: { readonly loads: ReadonlyArray<EntityLoad> }) {
  return loads.length === 0
    ? <p className="rounded-lg border border-line bg-surface p-4 text-sm text-muted">No message waits for an entity.</p>
    : (
      <Table
        label="Entities"
        head={
          <>
            <Th>Type</Th>
            <Th className="text-right">Waiting</Th>
            <Th className="text-right max-sm:hidden">Oldest</Th>
            <Th className="text-right">Later</Th>
            <Th className="text-right max-sm:hidden">Entities</Th>
          </>
        }
      >
        {loads.map(({ entities, later, oldestSeconds, type, waiting }) => (
          <tr key={type}>
            <Td className="w-full max-w-0 truncate font-mono text-xs" title={type}>{type}</Td>
            <Td className="text-right">{countText(waiting)}</Td>
            <Td className="text-right whitespace-nowrap max-sm:hidden">
              {oldestSeconds === null ? "–" : lengthText(oldestSeconds)}
            </Td>
            <Td className="text-right">{countText(later)}</Td>
            <Td className="text-right max-sm:hidden">{countText(entities)}</Td>
          </tr>
        ))}
      </Table>
    )
}
