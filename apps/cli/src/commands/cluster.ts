import { ClusterState } from "@innkeeper/runtime/api"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { calling, jsonFlag, printing } from "../operator.ts"
import { instant, table } from "../table.ts"

const print = printing(ClusterState)

const report = ({ pods, shards }: ClusterState) => {
  const held = shards.filter(({ podId }) => podId !== null).length
  return [
    table([
      { head: "ADDRESS", cell: ({ address }) => address },
      { head: "HOST", cell: ({ host }) => host },
      { head: "STATE", cell: ({ healthy }) => healthy ? "healthy" : "away" },
      { head: "SHARDS", cell: ({ healthy, shards }) => healthy ? String(shards.length) : "-", right: true },
      { head: "CPU", cell: ({ cpu }) => `${Math.round(cpu * 100)} %`, right: true },
      { head: "MEMORY", cell: ({ memoryBytes }) => `${Math.round(memoryBytes / 1e6)} MB`, right: true },
      { head: "VERSION", cell: ({ version }) => version },
      { head: "STARTED", cell: ({ startedAt }) => instant(startedAt) },
      { head: "SEEN", cell: ({ seenAt }) => instant(seenAt) }
    ], pods),
    `${held} of ${shards.length} shards are held.`
  ].join("\n")
}

const pods = Command.make(
  "pods",
  { json: jsonFlag },
  ({ json }) => calling((client) => Effect.tap(client.cluster.get(), (state) => print(state, json, report)))
).pipe(Command.withDescription("Every process, how it is, and how many shards it holds"))

export const cluster = Command.make("cluster").pipe(
  Command.withDescription("Processes of the platform"),
  Command.withSubcommands([pods])
)
