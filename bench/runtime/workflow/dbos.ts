import { DBOS } from "@dbos-inc/dbos-sdk"
import { ownerRole } from "@innkeeper/database"
import { Context, Effect, Layer } from "effect"
import type { DatabaseAddress } from "../BenchPostgres.ts"
import { Calls } from "../Calls.ts"
import { maxConnections } from "../maxConnections.ts"
import { sideMain } from "../side.ts"
import { measureWorkflows } from "./measureWorkflows.ts"
import { lieDown, Naps, untilAwake, wake } from "./Naps.ts"

const oneStep = DBOS.registerWorkflow(
  (id: number) => DBOS.runStep(() => Promise.resolve(id + 1), { name: "step" }),
  { name: "oneStep" }
)

const nap = DBOS.registerWorkflow(
  (id: number) => DBOS.sleepms(lieDown(id)).then(() => wake(id)),
  { name: "nap" }
)

/** DBOS Transact with its defaults, in the default way to call a workflow. */
const engine = ({ database, host }: DatabaseAddress) =>
  Layer.effectContext(
    Effect.acquireRelease(
      Effect.promise(() => {
        DBOS.setConfig({
          name: "bench",
          systemDatabaseUrl: `postgresql://${ownerRole}@localhost/${database}?host=${encodeURIComponent(host)}`,
          systemDatabasePoolSize: maxConnections,
          logLevel: "error"
        })
        return DBOS.launch()
      }),
      () => Effect.promise(() => DBOS.shutdown())
    ).pipe(Effect.as(
      Context.make(Calls, {
        call: (id) =>
          Effect.promise(() =>
            DBOS.startWorkflow(oneStep, { workflowID: `step-${id}` })(id).then((handle) => handle.getResult())
          )
      }).pipe(
        Context.add(Naps, {
          nap: (id) => untilAwake(id, Effect.promise(() => DBOS.startWorkflow(nap, { workflowID: `nap-${id}` })(id)))
        })
      )
    ))
  )

sideMain((task) => measureWorkflows(task, engine(task.address)))
