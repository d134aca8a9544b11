import { ScheduleState } from "@innkeeper/runtime/api"
import { Effect, Schema } from "effect"
import { Command } from "effect/cli"
import { calling, jsonFlag, printing } from "../operator.ts"
import { instant, length, table } from "../table.ts"

const print = printing(Schema.Array(ScheduleState))

const report = (schedules: ReadonlyArray<ScheduleState>) =>
  schedules.length === 0 ? "No schedule has been run here yet." : table([
    { head: "SCHEDULE", cell: ({ name }) => name },
    { head: "CRON", cell: ({ cron }) => cron },
    { head: "ZONE", cell: ({ zone }) => zone },
    { head: "LAST RUN", cell: ({ lastRunAt }) => instant(lastRunAt) },
    { head: "OUTCOME", cell: ({ lastOutcome }) => lastOutcome ?? "-" },
    {
      head: "TOOK",
      cell: ({ lastDurationMs }) => length(lastDurationMs === null ? null : lastDurationMs / 1000),
      right: true
    },
    { head: "NEXT RUN", cell: ({ late, nextRunAt }) => `${instant(nextRunAt)}${late ? " late" : ""}` }
  ], schedules)

const list = Command.make(
  "list",
  { json: jsonFlag },
  ({ json }) =>
    calling((client) => Effect.tap(client.platformSchedules.list(), (schedules) => print(schedules, json, report)))
).pipe(Command.withDescription("Every schedule with its last and its next run"))

export const schedules = Command.make("schedules").pipe(
  Command.withDescription("Periodic tasks of the platform"),
  Command.withSubcommands([list])
)
