import { lineText, OperationId, OperationLine, TenantOperation } from "@innkeeper/platform/api"
import { Effect, Option, Schema } from "effect"
import { Argument, Command } from "effect/cli"
import { Failure } from "../Failure.ts"
import { firstOf } from "../firstOf.ts"
import { linesOf } from "../linesOf.ts"
import { finish } from "../operate.ts"
import { calling, jsonFlag, limitFlag, printing } from "../operator.ts"
import { instant, table } from "../table.ts"
import { slugArgument } from "./slugArgument.ts"

const printOperations = printing(Schema.Array(TenantOperation))
const printLines = printing(Schema.Array(OperationLine))

const reportOperations = (operations: ReadonlyArray<TenantOperation>) =>
  operations.length === 0 ? "Nothing was done with it yet." : table([
    { head: "ID", cell: ({ id }) => id },
    { head: "WHAT", cell: ({ kind }) => kind },
    { head: "STATUS", cell: ({ status }) => status },
    { head: "ASKED", cell: ({ createdAt }) => instant(createdAt) },
    { head: "FINISHED", cell: ({ finishedAt }) => instant(finishedAt) },
    {
      head: "RESOURCES",
      cell: ({ progress }) => progress === null ? "-" : `${progress.done}/${progress.total}`,
      right: true
    },
    { head: "LAST STEP", cell: ({ problems, step }) => problems[0] ?? step ?? "-" }
  ], operations)

const reportLines = (lines: ReadonlyArray<OperationLine>) =>
  lines.length === 0 ? "Nothing has happened in it yet." : lines.map((line) => {
    const text = line.event === null ? line.step : lineText(line).replace(/^/gm, "  ")
    return text.replace(/^/gm, `${instant(line.at)}  `)
  }).join("\n")

export const tenantsHistory = Command.make(
  "history",
  {
    slug: slugArgument,
    operation: Argument.String("operation").pipe(
      Argument.withSchema(OperationId),
      Argument.withDescription("Id of an operation, to see what happened in it"),
      Argument.withMetavar("OPERATION"),
      Argument.optional
    ),
    limit: limitFlag,
    json: jsonFlag
  },
  ({ json, limit, operation, slug }) =>
    calling((client) =>
      Option.match(operation, {
        onNone: () =>
          firstOf(limit, (limit, cursor) =>
            client.lifecycle.history({
              params: { slug },
              query: { limit, ...cursor !== null && { cursor: OperationId.make(cursor) } }
            })).pipe(
              Effect.flatMap((operations) => printOperations(operations, json, reportOperations))
            ),
        onSome: (id) =>
          Effect.flatMap(linesOf(client, { slug, id }, 0), (lines) => printLines(lines, json, reportLines))
      })
    )
).pipe(Command.withDescription("What was done with a tenant, newest first, or what happened in one operation"))

export const tenantsWatch = Command.make(
  "watch",
  { slug: slugArgument, json: jsonFlag },
  ({ json, slug }) =>
    calling(Effect.fnUntraced(function*(client) {
      const { operation } = yield* client.lifecycle.get({ params: { slug } })
      if (operation === null) return yield* new Failure({ message: `Nothing was done with ${slug} yet.` })
      yield* finish(client, operation, json)
    }))
).pipe(Command.withDescription("Follow what is under way with a tenant, or see how the last operation went"))
