import { isUnderWay, type OperationRequest } from "@innkeeper/platform/api"
import { Console, Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { Failure } from "../Failure.ts"
import { operate, operationFlags } from "../operate.ts"
import { calling } from "../operator.ts"
import { slugArgument } from "./slugArgument.ts"

/** A command that does something with a tenant as it is. */
const doing = (kind: "suspend" | "resume" | "restore", description: string) =>
  Command.make(
    kind,
    { slug: slugArgument, ...operationFlags },
    ({ slug, ...options }) => calling((client) => operate(client, { slug, payload: { kind } }, options))
  ).pipe(Command.withDescription(description))

export const tenantsSuspend = doing("suspend", "Stop serving a tenant; it keeps all that it has")

export const tenantsResume = doing("resume", "Serve a suspended tenant again")

export const tenantsRestore = doing(
  "restore",
  "End an off-boarding that waits, or build a tenant again from its last backup"
)

export const tenantsOffboard = Command.make(
  "offboard",
  {
    slug: slugArgument,
    retentionDays: Flag.Int("retention-days").pipe(
      Flag.withDescription("Days from the backup to the deletion, 0 to 3650; the server's own number if left out"),
      Flag.filter(
        (days) => days >= 0 && days <= 3650,
        (days) => `Expected a number from 0 to 3650, got ${days}`
      ),
      Flag.optional
    ),
    ...operationFlags
  },
  ({ retentionDays, slug, ...options }) => {
    const payload: OperationRequest = Option.match(retentionDays, {
      onNone: () => ({ kind: "offboard" }),
      onSome: (retentionDays) => ({ kind: "offboard", retentionDays })
    })
    return calling((client) => operate(client, { slug, payload }, options))
  }
).pipe(
  Command.withDescription("Suspend a tenant, take a backup, wait for the retention, then delete its data"),
  Command.withExamples([
    { command: "innkeeper tenants offboard summit --plan", description: "See what it would mean" }
  ])
)

export const tenantsCancel = Command.make(
  "cancel",
  { slug: slugArgument },
  ({ slug }) =>
    calling(Effect.fnUntraced(function*(client) {
      const { operation } = yield* client.lifecycle.get({ params: { slug } })
      if (operation === null || !isUnderWay(operation.status)) {
        return yield* new Failure({ message: `Nothing is under way with ${slug}.` })
      }
      yield* client.lifecycle.cancel({ params: { slug, id: operation.id } })
      yield* Console.log(`It stops and undoes what it did. innkeeper tenants watch ${slug} follows it.`)
    }))
).pipe(Command.withDescription("Stop what is under way with a tenant, and undo it"))
